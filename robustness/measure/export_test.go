package measure

// What tests hold beside the measures themselves.
var (
	CrozeLayers   = crozeLayers
	FeatureBehind = featureBehind
	NTK           = ntk
	Regions       = regions
	Curvature     = curvature
	Largest       = largest
	MovedErrors   = movedErrors
)

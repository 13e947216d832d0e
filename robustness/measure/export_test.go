package measure

// What tests hold beside the measures themselves.
var (
	CrozeLayers   = crozeLayers
	FeatureBehind = featureBehind
	Regions       = regions
	Curvature     = curvature
	Largest       = largest
	MovedErrors   = movedErrors
)

package protocol

import (
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/objective/live"
)

// RegisterCertification adds the flags of certification to a command, which show the usual values.
func RegisterCertification(f *pflag.FlagSet) {
	usual := live.Protocol{}.Certified()
	declareCertification(f, &usual)
}

// declareCertification declares the flags that set fields of a certification.
func declareCertification(f *pflag.FlagSet, c *live.Certification) {
	f.Float64Var(&c.Sigma, "sigma", c.Sigma,
		"standard deviation of the Gaussian noise by which images are certified, with pixels in [0,1]")
	f.IntVar(&c.Select, "n0", c.Select, "votes under noise that choose an image's class")
	f.IntVar(&c.Votes, "n", c.Votes, "further votes that bound the class's share")
	f.Float64Var(&c.Alpha, "alpha", c.Alpha, "probability that a certificate is wrong, at most")
	f.IntVar(&c.Images, "certify-samples", c.Images, "certify the first so many images; 0: all")
}

// Certification changes how images are certified by the flags that were given.
func Certification(given *pflag.FlagSet, c live.Certification) live.Certification {
	override(given, func(f *pflag.FlagSet) { declareCertification(f, &c) })
	return c
}

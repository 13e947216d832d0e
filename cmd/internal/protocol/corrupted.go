package protocol

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
	"github.com/spf13/pflag"
)

// DeclareFolders declares the flags that say where corrupted images come from.
func DeclareFolders(f *pflag.FlagSet, frost, released *string) {
	f.StringVar(frost, "frost", *frost,
		"folder of pictures that frost takes its crystals from, as CIFAR-10-C did (default: crystals that are computed)")
	f.StringVar(released, "corrupted", *released, "folder of CIFAR-10-C as it was released (fog.npy ... labels.npy), "+
		"whose images are taken for those of the test set (default: images are corrupted here)")
	files.ReadsPictures(f, "frost")
	files.Reads(f, "corrupted")
}

// RegisterFolders adds the flags that say where corrupted images come from.
func (o *Flags) RegisterFolders(f *pflag.FlagSet) { declareFolders(f, new(live.Protocol)) }

func declareFolders(f *pflag.FlagSet, p *live.Protocol) { DeclareFolders(f, &p.Frost, &p.Corrupted) }

// CheckFolders returns the mistake of naming two sources of the same images.
func CheckFolders(from corrupt.Folders) error {
	if from.Frost != "" && from.Released != "" {
		return usage.Mark(fmt.Errorf("--frost %s has no meaning with --corrupted %s: released images have their own frost",
			from.Frost, from.Released))
	}
	return nil
}

// Corruptions are the flags that choose corruptions and severities.
type Corruptions struct{ names, severities string }

// AllCorruptions stands for all of them.
const AllCorruptions = "all"

// NoAttacks stands for no attack, where there are corruptions.
const NoAttacks = "none"

const allSeverities = "1,2,3,4,5"

// Register adds them. Without more, none or all are chosen.
func (c *Corruptions) Register(f *pflag.FlagSet, known corruption.Catalogue, usual, about string) {
	c.RegisterNames(f, known, usual, about)
	f.StringVar(&c.severities, "severities", allSeverities, "severities of corruptions, with commas")
}

// RegisterNames adds the flag that chooses corruptions, at all severities.
func (c *Corruptions) RegisterNames(f *pflag.FlagSet, known corruption.Catalogue, usual, about string) {
	names := strings.Join(known.Names(), ", ")
	f.StringVar(&c.names, "corruptions", usual, about+", with commas: "+AllCorruptions+", or "+names)
	c.severities = allSeverities
}

// None says whether it was said that there are to be none.
func (c *Corruptions) None() bool { return strings.TrimSpace(c.names) == NoAttacks }

// Chosen reads them. Its errors are mistakes in the command line.
func (c *Corruptions) Chosen(known corruption.Catalogue) (all []corruption.Corruption, severities []int, err error) {
	if strings.TrimSpace(c.names) == AllCorruptions {
		all = known
	} else if c.names != "" {
		all, err = List("corruptions", c.names, known.Named)
	}
	severities, wrong := List("severities", c.severities, severity)
	slices.Sort(severities)
	return all, severities, cmp.Or(err, wrong)
}

// Unused returns the mistake of giving flags that say something of corruptions, if none are chosen.
func Unused(given func(flag string) bool, flags ...string) error {
	for _, flag := range flags {
		if given(flag) {
			return usage.Mark(fmt.Errorf("--%s has no meaning without --corruptions: all, or names of some", flag))
		}
	}
	return nil
}

func severity(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > corruption.Severities || text != strconv.Itoa(n) {
		return 0, fmt.Errorf("%q is no severity: want whole numbers from 1 to %d", text, corruption.Severities)
	}
	return n, nil
}

// List reads a flag's list with commas, of which nothing may stand twice. Its errors are mistakes in the command line.
func List[T any](flag, list string, read func(string) (T, error)) (all []T, err error) {
	there := map[string]bool{}
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		one, err := read(text)
		if err == nil && there[text] {
			err = fmt.Errorf("%s stands twice", text)
		}
		if err != nil {
			return nil, usage.Mark(fmt.Errorf("--%s %s: %w", flag, list, err))
		}
		there[text] = true
		all = append(all, one)
	}
	return all, nil
}

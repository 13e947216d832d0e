package env

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"
)

// configFile is read if no other is named.
const configFile = "nassearch.yaml"

// largest is more than any configuration needs.
const largest = 1 << 20

// entry is what a configuration file says of a setting: a list of texts, as they stand in the file.
type entry struct {
	line  int
	texts []string
}

// readFile reads the configuration file into the layers. Where none is named it is the one in this folder, if it is
// there.
func (e *Env) readFile(into *viper.Viper) error {
	asked := e.config != ""
	if !asked {
		e.config = configFile
	}
	f, err := os.Open(e.config)
	if !asked && errors.Is(err, fs.ErrNotExist) {
		e.config = ""
		return nil
	}
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("configuration: %s is a folder: name a file", e.config)
	}
	text, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err == nil && len(text) > largest {
		err = errors.New("it is larger than a configuration can be")
	}
	if err != nil {
		return fmt.Errorf("configuration %s: %w", e.config, err)
	}
	err = into.ReadConfig(bytes.NewReader(text))
	if wrong, ok := errors.AsType[viper.ConfigParseError](err); ok {
		err = wrong.Unwrap() // which says all
	}
	if err != nil {
		return usage.Mark(fmt.Errorf("configuration %s: %w", e.config, err))
	}
	return nil
}

// decoder reads configurations for viper, whose keys are the names of settings that are known. Values are the texts
// that stand there: numbers are read by the flags, so that 010 is what it is on the command line. Viper's own decoder
// makes numbers of them, lowers the names of options and passes over a second document.
type decoder map[string]*pflag.Flag

// Decoder returns the decoder itself, since there is one format.
func (known decoder) Decoder(string) (viper.Decoder, error) { return known, nil }

// Decode puts an [entry] for each setting of a configuration into a map.
func (known decoder) Decode(text []byte, into map[string]any) error {
	nodes, err := decode(text)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		node, key := nodes[name], strings.ToLower(name)
		f, ok := known[key]
		if !ok {
			return fmt.Errorf("line %d: there is no setting %q%s", node.Line, name, meant(name, known))
		}
		if _, twice := into[key]; twice {
			return fmt.Errorf("line %d: %s stands twice", node.Line, key)
		}
		read := listed
		if _, ok := f.Value.(*Pairs); ok {
			read = paired
		}
		texts, err := read(&node)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", node.Line, key, err)
		}
		into[key] = entry{node.Line, texts}
	}
	return nil
}

// meant says which setting was meant, or else which there are.
func meant(name string, known map[string]*pflag.Flag) string {
	if hint := nearest.Hint(name, names(known)); hint != "" {
		return hint
	}
	return ": there are " + strings.Join(names(known), ", ")
}

// decode returns the values of a document by name.
func decode(text []byte) (nodes map[string]yaml.Node, err error) {
	in := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	if err := in.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, words(err)
	}
	if root := document.Content; len(root) == 1 && root[0].Kind == yaml.ScalarNode && root[0].ShortTag() == "!!null" {
		return nil, nil // comments alone
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("want lines of the form setting: value")
	}
	if err := document.Decode(&nodes); err != nil {
		return nil, words(err)
	}
	var more yaml.Node
	if err := in.Decode(&more); err == nil {
		return nil, fmt.Errorf("line %d: another document begins: want one", more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, words(err)
	}
	return nodes, nil
}

// words returns what is wrong with a text that is no YAML, in one line.
func words(err error) error {
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		return errors.New(strings.Join(wrong.Errors, "; "))
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.Contains(text, "cannot start any token") || strings.Contains(text, "tab character") {
		text += " (indent by spaces, not by tabs, and put what begins with @, ` or % in quotes)"
	}
	return errors.New(text)
}

var errNested = errors.New("want a text, a number, true or false, or a list of them")

// listed returns the elements of a list, or the value itself.
func listed(value *yaml.Node) (texts []string, err error) {
	value = aliased(value)
	if value.Kind != yaml.SequenceNode {
		text, err := scalar(value)
		return []string{text}, err
	}
	for _, v := range value.Content {
		text, err := scalar(aliased(v))
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return nil, errors.New("the list is empty: leave it out, or say what it holds")
	}
	return texts, nil
}

// scalar returns a value's text as it stands there.
func scalar(value *yaml.Node) (string, error) {
	switch {
	case value.Kind != yaml.ScalarNode:
		return "", errNested
	case value.ShortTag() == "!!null":
		return "", errors.New("it has no value: leave it out, or say which")
	}
	return value.Value, nil
}

// paired returns pairs as name=value, which a file may also write as names with values.
func paired(value *yaml.Node) (pairs []string, err error) {
	value = aliased(value)
	if value.Kind != yaml.MappingNode {
		return listed(value)
	}
	var named map[string]yaml.Node
	if err := value.Decode(&named); err != nil {
		return nil, words(err)
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		node := named[name]
		texts, err := listed(&node)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pairs = append(pairs, name+"="+strings.Join(texts, ","))
	}
	return pairs, nil
}

// aliased returns what a node stands for.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

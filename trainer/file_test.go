package trainer

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

// saved writes the weights of a small network with names of classes, and returns the file's content.
func saved(t testing.TB) (*Weights, []byte) {
	t.Helper()
	w, err := NewWeights(Spec{Cell: mustCell(t, mixedArch), Network: smallNetwork}, 7)
	if err != nil {
		t.Fatal(err)
	}
	w.ClassNames = []string{"cat", "dog", "eel", "fox", "gnu"}
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return w, b
}

func writeFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// whole is the file's content as bytes.
func whole(t testing.TB, f *Safetensors) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func same(a, b *Weights) bool {
	return slices.Equal(a.params, b.params) && slices.Equal(a.stats, b.stats) &&
		slices.Equal(a.ClassNames, b.ClassNames) && fmt.Sprint(a.Spec) == fmt.Sprint(b.Spec)
}

func TestNoBitFlipPassesUnnoticed(t *testing.T) {
	want, content := saved(t)
	r := rand.New(rand.NewPCG(12, 0))
	flips := []int{}
	for bit := range 8 * 10 { // the header's length, and where it begins
		flips = append(flips, bit)
	}
	for range 300 { // of the description
		flips = append(flips, r.IntN(8*600))
	}
	for range 300 {
		flips = append(flips, r.IntN(8*len(content)))
	}
	right := 0
	for _, bit := range flips {
		b := slices.Clone(content)
		b[bit/8] ^= 1 << (bit % 8)
		got, err := Load(writeFile(t, "w", b))
		if err != nil {
			continue
		}
		if !same(got, want) {
			t.Fatalf("bit %d: other weights without a word", bit)
		}
		right++
	}
	if right > len(flips)/20 {
		t.Errorf("%d of %d flips were read as if nothing was", right, len(flips))
	}
}

// Whoever writes the same tensors in another order, or with more metadata, has not changed them.
func TestDigestIsOfContentNotOfLayout(t *testing.T) {
	want, content := saved(t)
	f, err := ReadSafetensors(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	moved := &Safetensors{Metadata: maps.Clone(f.Metadata)}
	moved.Metadata["format"] = "pt"
	names := f.Names()
	slices.Reverse(names)
	for _, name := range names {
		shape, values, err := f.Floats(name)
		if err != nil {
			t.Fatal(err)
		}
		moved.Add("module."+name, shape, values)
	}
	got, err := Load(writeFile(t, "w", whole(t, moved)))
	if err != nil || !same(got, want) || got.Digest == "" {
		t.Errorf("%v", err)
	}
	for name, change := range map[string]func(f *Safetensors){
		"a number":      func(f *Safetensors) { f.data[0] ^= 1 },
		"a name":        func(f *Safetensors) { f.tensors["other"] = f.tensors["classifier.bias"] },
		"the mean":      func(f *Safetensors) { f.Metadata[metadataKey] += " " },
		"its digest":    func(f *Safetensors) { delete(f.Metadata, digestKey) },
		"another shape": func(f *Safetensors) { f.Add("classifier.bias", []int{1, 5}, make([]float32, 5)) },
	} {
		f, err := ReadSafetensors(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		change(f)
		if _, err := Load(writeFile(t, "w", whole(t, f))); !errors.Is(err, errChanged) {
			t.Errorf("%s changed: error %v", name, err)
		}
	}
}

func TestWeightsOfEarlierVersionsAreRead(t *testing.T) {
	dir := filepath.Join(sharedtest.Dir(t), "cases")
	base, err := Load(filepath.Join(dir, "09-zero-gradient", "base.st"))
	if err != nil || base.Digest != "" || base.ClassNames != nil {
		t.Fatalf("%+v, %v", base, err)
	}
	wrapped, err := Load(filepath.Join(dir, "19-weights", "module.st"))
	if err != nil {
		t.Fatal(err)
	}
	halved, err := Load(filepath.Join(dir, "19-weights", "f16.st"))
	if err != nil {
		t.Fatal(err)
	}
	exact := tensorsOf(wrapped)
	for name, values := range tensorsOf(halved) {
		for i, v := range values {
			if want := exact[name][i]; math.Abs(float64(v-want)) > math.Abs(float64(want))/2048+1e-7 {
				t.Fatalf("%s: value %d is %v in half precision, %v in single", name, i, v, want)
			}
		}
	}
}

func TestHalfPrecision(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x7bff: 65504, 0x0400: 6.103515625e-05,
		0x0001: 5.9604644775390625e-08, 0x83ff: -6.0975551605224609375e-05, 0x7c00: float32(math.Inf(1)),
	} {
		if got := half(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if v := half(0x7e01); v == v {
		t.Errorf("0x7e01 is %v, want no number", v)
	}
}

func TestWrappersAreTakenOff(t *testing.T) {
	want, content := saved(t)
	for _, prefix := range []string{"", "module.", "_orig_mod.", "module.module.", "model.net."} {
		f, err := ReadSafetensors(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		f.Metadata = nil
		wrapped := map[string]stored{"loss.weight": f.tensors["classifier.bias"]}
		for name, tensor := range f.tensors {
			wrapped[prefix+name] = tensor
		}
		f.tensors = wrapped
		got, err := LoadAs(writeFile(t, "w", whole(t, f)), want.Spec)
		if err != nil || !slices.Equal(got.params, want.params) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
	f, err := ReadSafetensors(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range f.Names() {
		f.tensors["a."+name], f.tensors["b."+name] = f.tensors[name], f.tensors[name]
		delete(f.tensors, name)
	}
	if _, err := LoadAs(writeFile(t, "w", whole(t, f)), want.Spec); err == nil || !strings.Contains(err.Error(), "several networks, a. and b.") {
		t.Errorf("two networks: error %v", err)
	}
}

func TestPicklesAreNamedAndTheirConversionTold(t *testing.T) {
	for name, content := range map[string]string{
		"zip":     "PK\x03\x04\x00\x00\x08\x08\x00\x00 archive/data.pkl",
		"legacy":  "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
		"text":    "what a proxy answers in place of a file",
		"pickle4": "\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}q\x00",
	} {
		path := writeFile(t, name+".pth", []byte(content))
		_, err := Load(path)
		var pickle *PickleError
		if !errors.As(err, &pickle) || strings.Count(err.Error(), "\n") != 3 || !strings.Contains(err.Error(), name+".safetensors") {
			t.Errorf("%s: error %v", name, err)
		}
		if _, err := new(Run).Resume(path); !errors.As(err, &pickle) {
			t.Errorf("%s as a checkpoint: error %v", name, err)
		}
	}
	// A header of 0x30280 bytes begins as a pickle does.
	f := &Safetensors{Metadata: map[string]string{"x": strings.Repeat("x", 0x30280-len(`{"__metadata__":{"x":""}}`))}}
	if b := whole(t, f); !bytes.HasPrefix(b, []byte{0x80, 2, 3}) {
		t.Fatalf("the file begins with %x", b[:8])
	} else if _, err := Load(writeFile(t, "w", b)); !errors.Is(err, ErrNoDescription) {
		t.Errorf("error %v", err)
	}
}

func TestWeightsThatAreNoNumbersAreNamed(t *testing.T) {
	w, _ := saved(t)
	f, err := w.encode()
	if err != nil {
		t.Fatal(err)
	}
	f.Add("classifier.bias", []int{5}, []float32{1, 2, float32(math.Inf(-1)), 4, 5})
	f.seal()
	if _, err := Load(writeFile(t, "w", whole(t, f))); err == nil || !strings.Contains(err.Error(), "classifier.bias: value 2") {
		t.Errorf("error %v", err)
	}
	f.data = append(f.data, make([]byte, 40)...)
	f.data[len(f.data)-1] = 0x7e // 1e299 and more
	f.tensors["classifier.bias"] = stored{"F64", []int{5}, [2]int{len(f.data) - 40, len(f.data)}}
	f.seal()
	if _, err := Load(writeFile(t, "w", whole(t, f))); err == nil || !strings.Contains(err.Error(), "classifier.bias: value 4") {
		t.Errorf("beyond float32: error %v", err)
	}
}

func FuzzDescription(f *testing.F) {
	_, content := saved(f)
	file, err := ReadSafetensors(bytes.NewReader(content))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file.Metadata[metadataKey])
	f.Add(`{"arch":"|none~0|","channels":-1}`)
	f.Add(`{"classes":3,"class_names":["a"],"format":9}`)
	f.Add(`{"arch":"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|","channels":1,"cells":1,"classes":1,"image":4,"inputs":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := describe(text)
		if err != nil {
			return
		}
		if err := d.Spec.Validate(); err != nil {
			t.Errorf("%q was read as a network that there is not: %v", text, err)
		}
		if n := len(d.ClassNames); n != 0 && n != d.Classes {
			t.Errorf("%q: %d names for %d classes", text, n, d.Classes)
		}
	})
}

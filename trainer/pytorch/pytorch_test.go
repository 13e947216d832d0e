package pytorch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/trainer/trainertest"
	"pgregory.net/rapid"
)

// The module has the weights' names and no others, computes the same logits, and knows the classes.
const checkByTorch = `
import glob, importlib.util, json, sys
import torch
torch.set_num_threads(1)
for path in sorted(glob.glob(sys.argv[1] + "/*.py")):
    about = importlib.util.spec_from_file_location("net", path)
    net = importlib.util.module_from_spec(about)
    about.loader.exec_module(net)
    model = net.load()
    names = {n for n in model.state_dict() if not n.endswith("num_batches_tracked")}
    assert names == set(net.read_safetensors(net.WEIGHTS)), names
    assert not model.training
    read = lambda what: torch.frombuffer(bytearray(open(path + what, "rb").read()), dtype=torch.float32)
    side = json.load(open(path + ".json"))
    images = read(".images").view(-1, net.INPUTS, side["image"], side["image"])
    want = read(".logits").view(len(images), -1)
    with torch.no_grad():
        for batch in (len(images), 1):
            got = model(images[:batch])
            worst = (got - want[:batch]).abs().max()
            assert got.shape == want[:batch].shape and worst <= 1e-4 * max(1, want.abs().max()), (path, worst)
    assert net.CLASS_NAMES == side["names"], net.CLASS_NAMES
    print("checked", path, float(worst))
`

func TestTorchComputesTheSame(t *testing.T) {
	python := sharedtest.Python(t, "torch")
	dir, count := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		if count == 30 { // as many as one program reads within seconds
			return
		}
		w, base := trainertest.Random(r, t), filepath.Join(dir, fmt.Sprintf("ü %d\"", count))
		count++
		var module bytes.Buffer
		if err := Write(&module, w, base+".py", filepath.Base(base)+".safetensors"); err != nil {
			r.Fatal(err)
		}
		if err := w.Save(base + ".safetensors"); err != nil {
			r.Fatal(err)
		}
		x := trainertest.Pixels(w, 5)
		trainertest.WriteFloats(t, base+".py.images", x.Pixels)
		trainertest.WriteFloats(t, base+".py.logits", trainertest.Logits(t, w, x))
		about, err := json.Marshal(map[string]any{"image": w.Image, "names": append([]string{}, w.ClassNames...)})
		if err != nil {
			r.Fatal(err)
		}
		for ending, content := range map[string][]byte{".py": module.Bytes(), ".py.json": about} {
			if err := os.WriteFile(base+ending, content, 0o600); err != nil {
				r.Fatal(err)
			}
		}
	})
	out, err := exec.CommandContext(t.Context(), python, "-c", checkByTorch, dir).CombinedOutput()
	if err != nil || strings.Count(string(out), "checked") != count {
		t.Fatalf("%v\n%s", err, out)
	}
}

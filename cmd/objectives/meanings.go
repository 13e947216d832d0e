package objectives

import "strings"

// meanings explain metrics, in the order of the list.
var meanings = []struct{ name, goal, meaning string }{
	{"clean_acc", "max", "accuracy on images as they are"},
	{"train_acc", "max", "accuracy on the images that were trained on"},
	{"fgsm_acc", "max", "accuracy under FGSM, one gradient step of size eps"},
	{"pgd_acc", "max", "accuracy under PGD, projected gradient steps within eps"},
	{"apgd_acc", "max", "accuracy under APGD, PGD with adaptive steps"},
	{"square_acc", "max", "accuracy under Square, a black-box random search"},
	{"aa_acc", "max", "accuracy under AutoAttack, the worst case of several attacks"},
	{"mean_adv_acc", "max", "mean over all attacks and eps, FGSM at 255/255 left out"},
	{"<corruption>_acc", "max", "accuracy on corrupted images (fog_acc, snow_acc ...), at a severity or the mean of five"},
	{"corruption_acc", "max", "mean over 15 corruptions and 5 severities"},
	{"<source>_conf", "max", "mean confidence in the prediction (clean_conf, pgd_conf ...)"},
	{"<source>_loss", "min", "mean cross-entropy"},
	{"<source>_class<k>_acc", "max", "accuracy on the images of class k (clean_class3_acc ...)"},
	{"<source>_worst_class_acc", "max", "accuracy on the class with the lowest"},
	{"params", "min", "trainable parameters"},
	{"flops", "min", "multiply-adds of one forward pass on one image"},
}

// meaning finds the explanation of a metric: its own, or that of its kind.
func meaning(name string) string {
	for _, m := range meanings {
		if m.name == name {
			return m.meaning
		}
	}
	for _, kind := range []string{"_worst_class_acc", "_class<k>_acc", "_conf", "_loss"} {
		if strings.HasSuffix(name, kind) {
			return meaning("<source>" + kind)
		}
	}
	if source, ok := strings.CutSuffix(name, "_acc"); ok && source != "" {
		return "accuracy on images with " + strings.ReplaceAll(source, "_", " ")
	}
	return ""
}

package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What a public package offers it shows itself: no exported type is one of an internal package under another name, or
// embeds one. Of such a type go doc shows neither fields nor methods.
func TestNothingRestsOnHiddenTypes(t *testing.T) {
	set := token.NewFileSet()
	for _, path := range goFiles(t, filepath.Join("..", "..")) {
		if strings.Contains(filepath.ToSlash(path), "/internal/") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hidden(file) {
			t.Errorf("%s: %s", strings.TrimPrefix(set.Position(h.at).String(), "../../"), h.what)
		}
	}
}

// find is something that is found in a file.
type find struct {
	at   token.Pos
	what string
}

// hidden returns the exported types of a file that rest on those of internal packages.
func hidden(file *ast.File) (found []find) {
	internal := internalNames(file)
	for _, decl := range file.Decls {
		types, ok := decl.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE {
			continue
		}
		for _, spec := range types.Specs {
			spec := spec.(*ast.TypeSpec)
			if !spec.Name.IsExported() {
				continue
			}
			if from(spec.Type, internal) {
				found = append(found, find{spec.Pos(), spec.Name.Name + " is a type of an internal package"})
			}
			for _, field := range embedded(spec.Type) {
				if from(field.Type, internal) {
					found = append(found, find{field.Pos(), spec.Name.Name + " embeds a type of an internal package"})
				}
			}
		}
	}
	return found
}

// internalNames are the names by which a file knows internal packages.
func internalNames(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, i := range file.Imports {
		path, _ := strconv.Unquote(i.Path.Value) // which the parser has checked
		if !strings.Contains(path, "/internal/") {
			continue
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		names[name] = true
	}
	return names
}

// from says whether a type, or what it points to or instantiates, is of one of some packages.
func from(e ast.Expr, packages map[string]bool) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return from(e.X, packages)
	case *ast.IndexExpr:
		return from(e.X, packages)
	case *ast.IndexListExpr:
		return from(e.X, packages)
	case *ast.SelectorExpr:
		name, ok := e.X.(*ast.Ident)
		return ok && packages[name.Name]
	}
	return false
}

// embedded are the fields of a struct, and the elements of an interface, without names.
func embedded(e ast.Expr) (fields []*ast.Field) {
	var list *ast.FieldList
	switch e := e.(type) {
	case *ast.StructType:
		list = e.Fields
	case *ast.InterfaceType:
		list = e.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		if len(f.Names) == 0 {
			fields = append(fields, f)
		}
	}
	return fields
}

func TestHiddenTypesAreFound(t *testing.T) {
	const before = "package p\n\nimport (\n\t\"m/internal/log\"\n\tother \"m/internal/x\"\n\t\"m/public\"\n)\n\n"
	for text, want := range map[string]string{
		"type A = log.Error":                     "A is a type of an internal package",
		"type A log.Error":                       "A is a type of an internal package",
		"type A = other.List[int]":               "A is a type of an internal package",
		"type A struct{ *log.Log[int, string] }": "A embeds a type of an internal package",
		"type A struct{ log.Log }":               "A embeds a type of an internal package",
		"type A interface{ log.Log }":            "A embeds a type of an internal package",
		"type A = public.Error":                  "",
		"type A struct{ public.Log }":            "",
		"type A struct{ log log.Log }":           "",
		"type a = log.Error":                     "",
		"type A struct{ b }; type b = log.Error": "",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "a.go", before+text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hidden(file) {
			got = append(got, h.what)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a package offers has a user, an example or a test: its name stands somewhere besides its declaration. Names are
// compared as text, which is enough for constants, variables and types; functions and methods that nobody can reach are
// found by deadcode, see .ci/run.
func TestEveryExportHasAUser(t *testing.T) {
	set := token.NewFileSet()
	declared, used := map[string]token.Pos{}, map[string]int{}
	for _, path := range goFiles(t, filepath.Join("..", "..")) {
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				used[name.Name]++
			}
			return true
		})
		for _, name := range exports(file) {
			used[name.Name]--
			if !strings.HasSuffix(path, "_test.go") {
				declared[name.Name] = name.Pos()
			}
		}
	}
	for name, at := range declared {
		if used[name] == 0 {
			t.Errorf("%s: nobody uses %s", strings.TrimPrefix(set.Position(at).String(), "../../"), name)
		}
	}
}

// exports returns the exported names of a package that a file declares.
func exports(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				names = append(names, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name)
				case *ast.ValueSpec:
					names = append(names, spec.Names...)
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(n *ast.Ident) bool { return !n.IsExported() })
}

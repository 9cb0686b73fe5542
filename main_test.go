package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails the package when a test leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const module = "github.com/Locorum/locorum-tui"

// importRules say which package may not depend on which, directly or through others, and why.
var importRules = []struct {
	from      string // a package or, with /..., all below it
	forbidden string // likewise
	why       string
}{
	{module + "/model", module + "/engine/...", "model holds values: it knows nobody"},
	{module + "/model", "github.com/docker/docker/...", "model holds values: no Docker"},
	{module + "/model", "net/...", "model does no input or output"},
	{module + "/engine/...", module + "/tui/...", "the engine never sees the terminal"},
	{module + "/engine/...", "github.com/charmbracelet/bubbletea/...", "the engine never sees Bubble Tea"},
	{module + "/engine", module + "/engine/fake/...", "the real engine does not know its fake"},
	{module + "/engine", module + "/engine/sites", "dependencies point from the rooms to the engine"},
	{module + "/engine/fake", "testing", "the demo will run on the fake, so it is shipped"},
	{module + "/engine/store", module + "/engine", "the store keeps rows: it needs no Docker"},
	{module + "/tui/quiet", "github.com/charmbracelet/bubbletea", "it must be initialised before Bubble Tea"},
	{module, "testing", "what is shipped carries no test code"},
	{module, module + "/engine/internal/testbed/...", "what is shipped carries no test code"},
	{module, module + "/engine/testbed/...", "what is shipped carries no test code"},
}

// goPackage is what `go list -deps -json` says of a package.
type goPackage struct {
	ImportPath string
	Dir        string
	Deps       []string
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	packages := goList(t)
	for _, rule := range importRules {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return matches(rule.from, p.ImportPath) }) {
			t.Errorf("a rule speaks of %s, which is gone", rule.from)
		}
	}
	seesDocker := false
	for _, p := range packages {
		for _, rule := range importRules {
			if !matches(rule.from, p.ImportPath) {
				continue
			}
			for _, dep := range p.Deps {
				seesDocker = seesDocker || p.ImportPath == module+"/engine" && matches("github.com/docker/docker/...", dep)
				if matches(rule.forbidden, dep) {
					t.Errorf("%s depends on %s: %s", p.ImportPath, dep, rule.why)
				}
			}
		}
	}
	if !seesDocker {
		t.Error("the engine does not depend on Docker: this test no longer sees what depends on what")
	}
}

// matches reports whether path is pattern, or below it when it ends in /....
func matches(pattern, path string) bool {
	root, all := strings.CutSuffix(pattern, "/...")
	return path == root || all && strings.HasPrefix(path, root+"/")
}

func goList(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Deps", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	return packages
}

// TestDocumentation holds that every package has exactly one package comment, in doc.go, and that every exported name has
// a comment of its own or of its group.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	for _, p := range goList(t) {
		documented := 0
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if file.Doc != nil {
				documented++
			}
			for _, decl := range file.Decls {
				for _, at := range undocumented(decl) {
					t.Errorf("%s: %s has no comment", set.Position(at.Pos()), at.Name)
				}
			}
		}
		if documented != 1 {
			t.Errorf("%s has %d package comments, want one", p.ImportPath, documented)
		}
	}
}

// undocumented returns the exported names of decl that no comment speaks of.
func undocumented(decl ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Doc == nil && decl.Name.IsExported() && exportedReceiver(decl) {
			names = append(names, decl.Name)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Doc == nil && decl.Doc == nil && spec.Name.IsExported() {
					names = append(names, spec.Name)
				}
			case *ast.ValueSpec:
				if spec.Doc == nil && decl.Doc == nil && spec.Comment == nil && spec.Names[0].IsExported() {
					names = append(names, spec.Names[0])
				}
			}
		}
	}
	return names
}

// exportedReceiver reports whether fn is a function or a method of an exported type.
func exportedReceiver(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	kind := fn.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return !ok || name.IsExported()
}

// TestLayout holds the top level of the project.
func TestLayout(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{
		"go.mod": true, "go.sum": true, "main.go": true, "main_test.go": true, "tui": true, "engine": true, "model": true,
		"keymap": true, "theme": true, "Makefile": true, "README.md": true, "bin": true,
	}
	entries, err := fs.ReadDir(os.DirFS("."), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !allowed[e.Name()] && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

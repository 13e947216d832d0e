package sheet

import (
	"html/template"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
)

// page has names of rows as headings; rows without a name stand on a line each, since they are many.
var page = template.Must(template.New("sheet").Funcs(functions).Parse(
	`<div class="scroll"><table>{{with .Title}}<caption>{{caption .}}</caption>{{end}}<thead><tr>` +
		`{{range titles .}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr{{with .Class}} class="{{.}}"{{end}}>{{range $i, $c := .Cells}}` +
		`{{if or $i (not $.Named)}}<td{{if $c.Best}} class="best"{{end}}>{{$c.Marked}}</td>` +
		`{{else}}<th scope="row">{{$c.Marked}}</th>{{end}}{{end}}</tr>{{if not $.Named}}
{{end}}{{end}}</tbody></table></div>`))

var functions = template.FuncMap{"caption": caption, "titles": (*Sheet).titles}

// caption escapes no more than it must, so that people can read a page's source.
func caption(title string) template.HTML {
	return template.HTML(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(plain.Text(title)))
}

// HTML is the sheet as a part of a page.
func (s *Sheet) HTML() (template.HTML, error) {
	var b strings.Builder
	err := page.Execute(&b, s)
	return template.HTML(b.String()), err
}

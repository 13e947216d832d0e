package sheet

import (
	"html/template"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
)

// page has names of rows as headings; rows without a name stand on a line each, since they are many. Columns of words
// other than the first have a class, by which a page's style sets them to the left.
var page = template.Must(template.New("sheet").Funcs(template.FuncMap{"caption": caption}).Parse(
	`<div class="scroll"><table>{{with .Title}}<caption>{{caption .}}</caption>{{end}}<thead><tr>` +
		`{{range .Heads}}<th scope="col"{{if .Words}} class="words"{{end}}>{{.Title}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr{{with .Class}} class="{{.}}"{{end}}>{{range $i, $c := .Cells}}` +
		`{{if or $i (not $.Named)}}<td{{if $c.Best}} class="best"{{else if (index $.Heads $i).Words}} class="words"{{end}}>` +
		`{{$c.Marked}}</td>{{else}}<th scope="row">{{$c.Marked}}</th>{{end}}{{end}}</tr>{{if not $.Named}}
{{end}}{{end}}</tbody></table></div>`))

// headed is a sheet with what is known of its columns.
type headed struct {
	*Sheet
	Heads []head
}

type head struct {
	Title string
	Words bool
}

// caption escapes no more than it must, so that people can read a page's source.
func caption(title string) template.HTML {
	return template.HTML(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(plain.Text(title)))
}

// HTML is the sheet as a part of a page.
func (s *Sheet) HTML() (template.HTML, error) {
	h := headed{Sheet: s}
	for i, title := range s.titles() {
		h.Heads = append(h.Heads, head{title, i > 0 && s.words(i)})
	}
	var b strings.Builder
	err := page.Execute(&b, h)
	return template.HTML(b.String()), err
}

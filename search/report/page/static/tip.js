"use strict";
// Charts are drawn already. This shows their numbers under the pointer, where a finger taps, and by the arrow keys.
(() => {
  const tip = document.getElementById("tip"), read = new WeakMap();
  const dataOf = svg => {
    const e = document.getElementById("data-" + svg.dataset.data.split(" ")[0]);
    if (e && !read.has(e)) read.set(e, JSON.parse(e.textContent));
    return read.get(e);
  };
  const hidden = key => document.querySelector(`button.chip[data-key="${key}"][aria-pressed="false"]`);
  const digits = (v, data) => !Number.isFinite(v) ? "–" : v === 0 ? "0" :
    data.millions && Math.abs(v) >= 1e4 ? (v / 1e6).toFixed(3) + " M" : String(+v.toPrecision(data.digits));
  const color = s => s.key < 0 ? "plain" : "s" + s.key % 8;
  const element = (svg, name, attributes) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const a in attributes) e.setAttribute(a, attributes[a]);
    svg.appendChild(e);
    return e;
  };
  // last is the position of the last number that is not above x.
  const last = (list, x) => {
    let low = -1, high = list.length;
    while (high - low > 1) { const i = (low + high) >> 1; list[i] <= x ? low = i : high = i; }
    return low;
  };
  const nearest = (list, x) => {
    const i = last(list, x);
    return i + 1 < list.length && (i < 0 || list[i + 1] - x < x - list[i]) ? i + 1 : i;
  };
  // axes are those of a chart, by what it says of them.
  const axes = svg => {
    const [left, top, right, bottom] = svg.dataset.frame.split(" ").map(Number);
    const [xLow, xHigh] = svg.dataset.x.split(" ").map(Number);
    const [yLow, yHigh, yFrom, yTo] = svg.dataset.y.split(" ").map(Number);
    return {
      left, top, right, bottom,
      x: x => left + (x - xLow) / (xHigh - xLow || 1) * (right - left),
      under: px => xLow + (Math.min(right, Math.max(left, px)) - left) / (right - left) * (xHigh - xLow),
      y: v => {
        if (svg.dataset.scale !== "log") return yFrom + (v / 2 - yLow / 2) / (yHigh / 2 - yLow / 2) * (yTo - yFrom);
        if (v <= 0) return svg.dataset.zero === "" ? yFrom : +svg.dataset.zero;
        return yFrom + (Math.log(Math.max(v, yLow)) - Math.log(yLow)) / (Math.log(yHigh) - Math.log(yLow)) * (yTo - yFrom);
      },
    };
  };
  // places are where the arrow keys go: positions on the axis, or points.
  const places = data => data.points ? data.points.map((_, i) => i) :
    data.x ?? [...new Set(data.series.flatMap(s => s.x))].sort((a, b) => a - b);

  let shown = null, marks = [];
  const clear = () => { for (const m of marks) m.remove(); marks = []; shown = null; tip.hidden = true; };

  const tell = (head, rows, pageX, pageY) => {
    const title = document.createElement("b"), table = document.createElement("table");
    title.textContent = head;
    for (const r of rows) {
      const row = table.insertRow();
      row.className = r.color;
      for (const t of r.cells) row.insertCell().textContent = t;
    }
    tip.replaceChildren(title, table);
    tip.hidden = false;
    const room = document.documentElement.clientWidth, width = tip.offsetWidth;
    tip.style.left = Math.max(4, Math.min(pageX + 16 + width > room - 4 ? pageX - width - 16 : pageX + 16, room - width - 4)) + "px";
    tip.style.top = pageY + 14 + "px";
  };

  // lines tells the values of all series at a place of the axis.
  const lines = (svg, data, x) => {
    const [, stat, view] = svg.dataset.data.split(" "), a = axes(svg);
    const index = data.x ? nearest(data.x, x) : -1, at = data.x ? data.x[index] : x;
    const number = v => view === "regret" ? Math.abs(+(data.optimum - v).toPrecision(12)) : v;
    const text = v => data.percent ? (100 * v).toFixed(0) + " %" : digits(number(v), data);
    marks.push(element(svg, "path", { class: "cross", d: `M${a.x(at)} ${a.top}V${a.bottom}` }));
    const rows = [];
    for (const s of data.series) {
      if (hidden(s.key)) continue;
      const i = data.x ? index : last(s.x, at), v = i < 0 ? null : s.stat[stat][i];
      if (v == null) continue;
      const low = s.stat[stat + " low"]?.[i], high = s.stat[stat + " high"]?.[i];
      const ends = low == null || high == null ? "" : [low, high].sort((p, q) => number(p) - number(q)).map(text).join(" – ");
      rows.push({ color: color(s), cells: [s.name, text(v), ends], y: a.y(number(v)) });
    }
    rows.sort((p, q) => p.y - q.y);
    for (const r of rows) if (r.y >= a.top - 1 && r.y <= a.bottom + 1)
      marks.push(element(svg, "circle", { class: "at " + r.color, cx: a.x(at), cy: r.y, r: 4 }));
    return [data.unit + " " + (/^(hour|minute|second)s$/.test(data.unit) ? String(+at.toPrecision(4)) : Math.round(at)), rows, at];
  };
  // point tells one of points.
  const point = (svg, data, i) => {
    const a = axes(svg), [x, y] = data.points[i];
    marks.push(element(svg, "circle", { class: "at s0", cx: a.x(x), cy: a.y(y), r: 5 }));
    return [data.unit + " " + data.of[i], data.names.map((n, k) => ({ color: "s0", cells: [n, digits(data.points[i][k], data)] })), i];
  };
  const show = (svg, place, pageX, pageY, keyed) => {
    clear();
    const data = dataOf(svg);
    if (!data) return;
    const [head, rows, at] = (data.points ? point : lines)(svg, data, place);
    tell(head, rows, pageX, pageY);
    shown = { svg, at, pageX, pageY, keyed };
  };

  const chart = e => e.target.closest?.("svg[data-data]");
  const pointed = e => {
    const svg = chart(e);
    if (!svg || !dataOf(svg)) return shown && !(shown.keyed && e.type === "pointermove") && clear();
    const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width, a = axes(svg);
    const x = (e.clientX - box.left) * scale, y = (e.clientY - box.top) * scale, data = dataOf(svg);
    if (x < a.left - 12 || x > a.right + 12 || y < a.top - 12 || y > a.bottom + 24) return clear();
    if (!data.points) return show(svg, a.under(x), e.pageX, e.pageY);
    let best = -1, least = 30 ** 2;
    data.points.forEach(([px, py], i) => {
      const far = (a.x(px) - x) ** 2 + (a.y(py) - y) ** 2;
      if (far < least) { best = i; least = far; }
    });
    best < 0 ? clear() : show(svg, best, e.pageX, e.pageY);
  };
  document.addEventListener("pointermove", pointed, true);
  document.addEventListener("pointerdown", pointed, true);
  // What a finger has tapped stays until it taps elsewhere; a mouse that leaves the page takes it along.
  document.addEventListener("pointerout", e => { if (!e.relatedTarget && e.pointerType === "mouse") clear(); }, true);
  document.addEventListener("focusout", e => { if (shown?.keyed && chart(e)?.isConnected) clear(); }, true);
  const key = (svg, place) => {
    const data = dataOf(svg), a = axes(svg), box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    const x = data.points ? data.points[place][0] : place;
    show(svg, place, box.left + scrollX + a.x(x) * scale, box.top + scrollY + a.top * scale, true);
  };
  document.addEventListener("keydown", e => {
    const svg = chart(e), data = svg && dataOf(svg), step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (e.key === "Escape") clear();
    if (!data || !step) return;
    e.preventDefault();
    const all = places(data);
    if (!all.length) return;
    const from = shown?.svg === svg ? (step > 0 ? last(all, shown.at) : last(all, shown.at - 1e-9) + 1) : step > 0 ? -1 : all.length;
    key(svg, all[Math.min(all.length - 1, Math.max(0, from + step))]);
  }, true);
  // Charts that are drawn anew have new numbers, which are shown where the old ones were.
  addEventListener("parts", () => {
    if (!shown || shown.svg.isConnected) return;
    const { svg, at, pageX, pageY, keyed } = shown;
    const now = [...document.querySelectorAll("svg[data-data]")].find(s => s.dataset.data === svg.dataset.data && s.getClientRects().length);
    const data = now && dataOf(now);
    clear();
    if (!data || data.points && at >= data.points.length) return;
    if (keyed) now.focus({ preventScroll: true });
    show(now, at, pageX, pageY, keyed);
  });
})();

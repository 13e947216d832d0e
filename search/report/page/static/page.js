"use strict";
// The charts are drawn already. This shows numbers under the pointer, and hides what is not wanted.
(() => {
  const read = {};
  const dataOf = id => read[id] ??= JSON.parse(document.getElementById("data-" + id).textContent);
  const off = new Set();
  const tip = document.getElementById("tip");

  for (const chip of document.querySelectorAll("button.chip")) chip.addEventListener("click", () => {
    const key = chip.dataset.key, hide = !off.has(key);
    hide ? off.add(key) : off.delete(key);
    chip.setAttribute("aria-pressed", !hide);
    for (const e of document.querySelectorAll(".k" + key)) e.classList.toggle("off", hide);
  });

  for (const figure of document.querySelectorAll("figure.curves")) {
    const show = () => {
      for (const view of figure.querySelectorAll(".view"))
        view.classList.toggle("on", view.classList.contains(figure.dataset.view) && view.classList.contains(figure.dataset.stat));
      for (const b of figure.querySelectorAll("[data-set]"))
        b.setAttribute("aria-pressed", figure.dataset[b.dataset.set] === b.dataset.to);
    };
    for (const b of figure.querySelectorAll("[data-set]"))
      b.addEventListener("click", () => { figure.dataset[b.dataset.set] = b.dataset.to; show(); });
    show();
  }

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

  for (const svg of document.querySelectorAll("svg[data-data]")) {
    const [id, stat, view] = svg.dataset.data.split(" ");
    const [left, top, right, bottom] = svg.dataset.frame.split(" ").map(Number);
    const [xLow, xHigh] = svg.dataset.x.split(" ").map(Number);
    const [yLow, yHigh, yFrom, yTo] = svg.dataset.y.split(" ").map(Number);
    const xAt = x => left + (x - xLow) / (xHigh - xLow || 1) * (right - left);
    const yAt = v => {
      if (svg.dataset.scale !== "log") return yFrom + (v / 2 - yLow / 2) / (yHigh / 2 - yLow / 2) * (yTo - yFrom);
      if (v <= 0) return svg.dataset.zero === "" ? yFrom : +svg.dataset.zero;
      return yFrom + (Math.log(Math.max(v, yLow)) - Math.log(yLow)) / (Math.log(yHigh) - Math.log(yLow)) * (yTo - yFrom);
    };
    let marks = [], index = -1;
    const clear = () => { for (const m of marks) m.remove(); marks = []; tip.hidden = true; };

    const show = (x, pageX, pageY) => {
      clear();
      const data = dataOf(id);
      let at = x;
      if (data.x) {
        const i = last(data.x, x), near = i + 1 < data.x.length && (i < 0 || data.x[i + 1] - x < x - data.x[i]) ? i + 1 : i;
        index = near; at = data.x[near];
      }
      marks.push(element(svg, "path", { class: "cross", d: `M${xAt(at)} ${top}V${bottom}` }));
      const number = v => view === "regret" ? Math.abs(+(data.optimum - v).toPrecision(12)) : v;
      const text = v => data.percent ? (100 * v).toFixed(0) + " %" : digits(number(v), data);
      const rows = [];
      for (const s of data.series) {
        if (off.has(String(s.key))) continue;
        const i = data.x ? index : last(s.x, at);
        const v = i < 0 ? null : s.stat[stat][i];
        if (v == null) continue;
        const low = s.stat[stat + " low"]?.[i], high = s.stat[stat + " high"]?.[i];
        const ends = low == null || high == null ? "" : [low, high].sort((a, b) => number(a) - number(b)).map(text).join(" – ");
        rows.push({ s, v, ends, y: yAt(number(v)) });
      }
      rows.sort((a, b) => a.y - b.y);
      const head = document.createElement("b"), table = document.createElement("table");
      head.textContent = data.unit + " " + (/^(hour|minute|second)s$/.test(data.unit) ? String(+at.toPrecision(4)) : Math.round(at));
      for (const r of rows) {
        if (r.y >= top - 1 && r.y <= bottom + 1)
          marks.push(element(svg, "circle", { class: "at " + color(r.s), cx: xAt(at), cy: r.y, r: 4 }));
        const row = table.insertRow();
        row.className = color(r.s);
        for (const t of [r.s.name, text(r.v), r.ends]) row.insertCell().textContent = t;
      }
      tip.replaceChildren(head, table);
      tip.hidden = false;
      const room = document.documentElement.clientWidth, width = tip.offsetWidth;
      tip.style.left = Math.max(4, Math.min(pageX + 16 + width > room - 4 ? pageX - width - 16 : pageX + 16, room - width - 4)) + "px";
      tip.style.top = pageY + 14 + "px";
    };

    const pointed = e => {
      const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
      const x = (e.clientX - box.left) * scale, y = (e.clientY - box.top) * scale;
      if (x < left - 12 || x > right + 12 || y < top - 12 || y > bottom + 24) return clear();
      show(xLow + (Math.min(right, Math.max(left, x)) - left) / (right - left) * (xHigh - xLow), e.pageX, e.pageY);
    };
    svg.addEventListener("pointermove", pointed);
    svg.addEventListener("pointerdown", pointed);
    svg.addEventListener("pointerleave", clear);
    svg.addEventListener("blur", clear);
    svg.addEventListener("keydown", e => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key], data = dataOf(id);
      if (!step || !data.x) return;
      e.preventDefault();
      index = Math.min(data.x.length - 1, Math.max(0, index + step));
      const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width, x = data.x[index];
      show(x, box.left + scrollX + xAt(x) * scale, box.top + scrollY + top * scale);
    });
  }
})();

package probe

// summed reports whether a backward pass needs the sums over the gradient.
func (n *norm) summed(p *pass) bool {
	return !n.identity() && (n.byBatch(p) || p.wants.Parameters)
}

// sum adds a band of the gradient by y, and of its derivative along the direction, to the sums that settleBack needs;
// moved is z'.
func (n *norm) sum(p *pass, dy, dyMoved, z, moved []float64, b band) {
	if !n.summed(p) {
		return
	}
	n.sumInto(p, &n.back, dy, z, n.mean, b)
	if !p.along {
		return
	}
	n.sumInto(p, &n.backMoved, dyMoved, z, n.mean, b)
	if moved != nil {
		n.sumInto(p, &n.cross, dy, moved, n.meanMoved, b)
	}
}

// settleBack sets what the gradient by z needs, and the gradients by the parameters: with x = (z - mean) inv,
// dz = gamma inv (dy - mean of dy - x mean of dy x), the means 0 if it normalises by the running statistics.
func (n *norm) settleBack(p *pass) {
	if n.identity() {
		return
	}
	g, count := &n.back, n.count(p)
	for c := range n.channels {
		a, inv := n.a[c], n.inv[c]
		n.gamma.gradient[c], n.beta.gradient[c] = g.moment[c]*inv, g.plain[c]
		g.u[c], g.v[c], g.w[c] = a, 0, 0
		if n.byBatch(p) {
			g.v[c] = -a * inv * inv * g.moment[c] / count
			g.w[c] = -a*g.plain[c]/count - g.v[c]*n.mean[c]
		}
	}
	if p.along {
		n.settleBackAlong(p)
	}
	g.forget()
	n.backMoved.forget()
	n.cross.forget()
}

// settleBackAlong differentiates settleBack.
func (n *norm) settleBackAlong(p *pass) {
	g, m, count := &n.back, &n.backMoved, n.count(p)
	for c := range n.channels {
		inv, invMoved := n.inv[c], n.invMoved[c]
		moment := m.moment[c] + n.cross.moment[c]
		n.gamma.gradient[c], n.beta.gradient[c] = moment*inv+g.moment[c]*invMoved, m.plain[c]
		gamma, gammaMoved := n.gamma.values[c], n.gamma.direction(c)
		a, aMoved := n.a[c], gammaMoved*inv+gamma*invMoved
		m.u[c], m.v[c], m.w[c] = aMoved, 0, 0
		if n.byBatch(p) { // of a inv^2 = gamma inv^3
			cube, cubeMoved := gamma*inv*inv*inv, (gammaMoved*inv+3*gamma*invMoved)*inv*inv
			m.v[c] = -(cubeMoved*g.moment[c] + cube*moment) / count
			m.w[c] = -(aMoved*g.plain[c]+a*m.plain[c])/count - m.v[c]*n.mean[c] - g.v[c]*n.meanMoved[c]
		}
	}
}

// differentiate writes a band of the gradient by z to dst, which holds these rows alone, added to what is there if add.
func (n *norm) differentiate(p *pass, dst, dy, z []float64, b band, add bool) {
	g := &n.back
	if n.byBatch(p) {
		n.combine(p, dst, dy, z, g.u, g.v, g.w, b, add)
		return
	}
	p.kernel.Affine(dst, nil, n.rows(dy, b), g.u, p.zeros, n.channels, n.pixels(b), add)
}

// differentiateAlong writes its derivative along the direction; moved is z'.
func (n *norm) differentiateAlong(p *pass, dst, dy, dyMoved, z, moved []float64, b band, add bool) {
	g, m := &n.back, &n.backMoved
	v := g.v
	if moved == nil {
		moved, v = z, p.zeros
	}
	n.combine(p, dst, dyMoved, moved, g.u, v, m.w, b, add)
	if !n.identity() {
		n.combine(p, dst, dy, z, m.u, m.v, p.zeros, b, true)
	}
}

package httpapi

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/custard-ai/custard/server/hub"
)

// hubMeter reads a hub's figures when they are asked for.
type hubMeter struct {
	hub     *hub.Hub
	figures []hubFigure
}

// hubFigure is one figure and how it is read.
type hubFigure struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(m hub.Metrics) float64
}

func newHubMeter(h *hub.Hub) *hubMeter {
	m := &hubMeter{hub: h}
	add := func(kind prometheus.ValueType, name, help string, value func(m hub.Metrics) float64) {
		m.figures = append(m.figures, hubFigure{prometheus.NewDesc("custard_hub_"+name, help, nil, nil), kind, value})
	}
	add(prometheus.GaugeValue, "agents", "Agents that are connected to this server.", func(m hub.Metrics) float64 { return float64(m.Agents) })
	add(prometheus.GaugeValue, "connections", "Connections that an agent serves here.", func(m hub.Metrics) float64 { return float64(m.Connections) })
	add(prometheus.GaugeValue, "busy", "Requests that agents serve now.", func(m hub.Metrics) float64 { return float64(m.Busy) })
	add(prometheus.CounterValue, "accepted_total", "Agents that have connected.", func(m hub.Metrics) float64 { return float64(m.Accepted) })
	add(prometheus.CounterValue, "replaced_total", "Agents that a newer connection of theirs has replaced.", func(m hub.Metrics) float64 { return float64(m.Replaced) })
	add(prometheus.CounterValue, "silent_total", "Agents that were cut because they were silent.", func(m hub.Metrics) float64 { return float64(m.Silent) })
	add(prometheus.CounterValue, "offences_total", "Agents that were cut because they broke the protocol.", func(m hub.Metrics) float64 { return float64(m.Offences) })
	add(prometheus.CounterValue, "requests_total", "Requests to agents.", func(m hub.Metrics) float64 { return float64(m.Requests) })
	add(prometheus.CounterValue, "moved_total", "Requests that another agent took over.", func(m hub.Metrics) float64 { return float64(m.Moved) })
	return m
}

// Describe implements prometheus.Collector.
func (m *hubMeter) Describe(out chan<- *prometheus.Desc) {
	for _, f := range m.figures {
		out <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (m *hubMeter) Collect(out chan<- prometheus.Metric) {
	now := m.hub.Metrics()
	for _, f := range m.figures {
		out <- prometheus.MustNewConstMetric(f.desc, f.kind, f.value(now))
	}
}

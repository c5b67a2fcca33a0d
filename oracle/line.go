package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/exp/trace"
)

// printer writes events as lines.
type printer struct {
	out   *bufio.Writer
	quiet bool
	line  []byte
	// hashes of the stacks of this generation; handles of an older one are no use.
	hashes map[trace.Stack]string
	// known holds the hashes of the stacks that were printed.
	known map[string]bool
}

func (p *printer) event(event trace.Event) {
	if event.Kind() == trace.EventSync {
		p.hashes = map[trace.Stack]string{}
	}
	p.line = strconv.AppendInt(p.line[:0], int64(event.Time()), 10)
	p.text(" ", event.Kind().String())
	p.number(" m=", int64(event.Thread()))
	p.number(" p=", int64(event.Proc()))
	p.number(" g=", int64(event.Goroutine()))
	p.details(event)
	p.text(" stack=", p.stack(event.Stack()))
	p.line = append(p.line, '\n')
	if !p.quiet {
		p.out.Write(p.line)
	}
}

func (p *printer) details(event trace.Event) {
	switch kind := event.Kind(); kind {
	case trace.EventSync:
		p.sync(event.Sync())
	case trace.EventMetric:
		metric := event.Metric()
		p.quoted(" ", metric.Name)
		p.value(" ", metric.Value)
	case trace.EventLabel:
		label := event.Label()
		p.quoted(" ", label.Label)
		p.text(" ", label.Resource.String())
	case trace.EventRangeBegin, trace.EventRangeActive, trace.EventRangeEnd:
		p.span(event)
	case trace.EventTaskBegin, trace.EventTaskEnd:
		task := event.Task()
		p.unsigned(" task=", uint64(task.ID))
		p.unsigned(" parent=", uint64(task.Parent))
		p.quoted(" ", task.Type)
	case trace.EventRegionBegin, trace.EventRegionEnd:
		region := event.Region()
		p.unsigned(" task=", uint64(region.Task))
		p.quoted(" ", region.Type)
	case trace.EventLog:
		log := event.Log()
		p.unsigned(" task=", uint64(log.Task))
		p.quoted(" ", log.Category)
		p.quoted(" ", log.Message)
	case trace.EventStateTransition:
		p.transition(event.StateTransition())
	case trace.EventExperimental:
		experimental := event.Experimental()
		p.text(" ", experimental.Experiment)
		p.text(" ", experimental.Name)
		for i, name := range experimental.Args {
			p.value(" "+name+"=", experimental.ArgValue(i))
		}
	}
}

func (p *printer) sync(sync trace.Sync) {
	p.number(" n=", int64(sync.N))
	if clock := sync.ClockSnapshot; clock != nil {
		p.number(" trace=", int64(clock.Trace))
		p.unsigned(" mono=", clock.Mono)
		p.number(" wall=", clock.Wall.Unix())
		p.number(".", int64(clock.Wall.Nanosecond()))
	}
	for _, name := range slices.Sorted(maps.Keys(sync.ExperimentalBatches)) {
		for _, batch := range sync.ExperimentalBatches[name] {
			p.text(" ", name)
			p.number(":m=", int64(batch.Thread))
			p.text(":", hash(batch.Data))
		}
	}
}

func (p *printer) span(event trace.Event) {
	span := event.Range()
	p.quoted(" ", span.Name)
	p.text(" ", span.Scope.String())
	if event.Kind() != trace.EventRangeEnd {
		return
	}
	for _, attribute := range event.RangeAttributes() {
		p.quoted(" ", attribute.Name)
		p.value("=", attribute.Value)
	}
}

func (p *printer) transition(change trace.StateTransition) {
	p.text(" ", change.Resource.String())
	switch change.Resource.Kind {
	case trace.ResourceGoroutine:
		from, to := change.Goroutine()
		p.text(" ", from.String())
		p.text("->", to.String())
	case trace.ResourceProc:
		from, to := change.Proc()
		p.text(" ", from.String())
		p.text("->", to.String())
	}
	p.quoted(" ", change.Reason)
	p.text(" of=", p.stack(change.Stack))
}

func (p *printer) value(before string, value trace.Value) {
	if value.Kind() == trace.ValueUint64 {
		p.unsigned(before, value.Uint64())
		return
	}
	p.quoted(before, value.String())
}

func (p *printer) number(before string, n int64) {
	p.line = strconv.AppendInt(append(p.line, before...), n, 10)
}

func (p *printer) unsigned(before string, n uint64) {
	p.line = strconv.AppendUint(append(p.line, before...), n, 10)
}

func (p *printer) text(before, text string) {
	p.line = append(append(p.line, before...), text...)
}

func (p *printer) quoted(before, text string) {
	p.line = append(append(p.line, before...), '"')
	p.line = append(appendEscaped(p.line, text), '"')
}

// stack returns the hash of a stack's frames, "-" when there are none.
func (p *printer) stack(stack trace.Stack) string {
	if stack == trace.NoStack {
		return "-"
	}
	if known, ok := p.hashes[stack]; ok {
		return known
	}
	frames := frames(stack)
	id := "-"
	if len(frames) > 0 {
		id = hash(frames)
	}
	p.hashes[stack] = id
	if len(frames) > 0 && !p.known[id] && !p.quiet {
		p.known[id] = true
		p.out.WriteString("= " + id + " ")
		p.out.Write(frames)
		p.out.WriteByte('\n')
	}
	return id
}

// frames are those of a stack as text, innermost first.
func frames(stack trace.Stack) []byte {
	var text []byte
	for frame := range stack.Frames() {
		text = strconv.AppendUint(text, frame.PC, 16)
		text = appendEscaped(append(text, ' '), frame.Func)
		text = appendEscaped(append(text, ' '), frame.File)
		text = strconv.AppendUint(append(text, ':'), frame.Line, 10)
		text = append(text, ';')
	}
	return text
}

// hash is short enough for a line, and long enough that two stacks never share one.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func escape(text string) string {
	return string(appendEscaped(nil, text))
}

// appendEscaped writes every byte that is not plain ASCII, and those that the
// lines are made of, as % and two hex digits: no two readers quote Unicode alike.
func appendEscaped(line []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '%' {
			line = append(line, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		} else {
			line = append(line, c)
		}
	}
	return line
}

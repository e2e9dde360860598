package model

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// fence stands round what others wrote, so that a model can tell it from its instructions. Its mark is random: whoever
// wrote a comment or a question cannot know it, and what looks like a mark in their text is taken apart.
//
// The method is delimiting of "Defending Against Indirect Prompt Injection Attacks With Spotlighting" (Hines et al., 2024,
// arXiv:2403.14720). It makes a model less likely to be led, no more: that nothing bad follows where it is led is what the
// parser, the checks and the database's own read-only mode are for.
type fence struct{ mark string }

// newMark is a mark that nobody can guess.
func newMark() string { return strings.ToLower(rand.Text()[:12]) }

// block writes a text between tags that carry the mark. The text must be clean.
func (f fence) block(name, text string) string {
	return "<" + name + "-" + f.mark + ">\n" + strings.TrimRight(text, "\n") + "\n</" + name + "-" + f.mark + ">\n"
}

// blocks are the names of what stands between marks.
func blocks() []string {
	return []string{"schema", "glossary", "examples", "values", "conversation", "question", "error", "query"}
}

// clean makes a text of others safe to stand between marks: no mark of ours, nothing that looks like a tag of ours or like
// the turn markers of chat templates, no control or direction characters. What is harmless stays as it is.
func (f fence) clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r): // invisible letters carry text that nobody sees
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	if f.mark != "" && strings.Contains(strings.ToLower(text), f.mark) {
		text = replaceFold(text, f.mark, strings.Repeat("·", len(f.mark)))
	}
	if !strings.ContainsRune(text, '<') && !strings.ContainsRune(text, '[') {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := range len(text) {
		if text[i] == '<' && tagLike(text[i+1:]) {
			b.WriteString("‹")
			continue
		}
		if text[i] == '[' && templateLike(text[i:]) {
			b.WriteString("(")
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// tagLike says whether a text goes on, after a '<', like a tag of ours or of a chat template.
func tagLike(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\n/|")
	lower := strings.ToLower(rest[:min(len(rest), 24)])
	for _, name := range append(blocks(), "system", "user", "assistant", "instructions", "im_start", "im_end", "endoftext", "start_header", "end_header", "eot_id", "begin_of_text", "s>", "start_of_turn", "end_of_turn", "tool") {
		if strings.HasPrefix(lower, name) {
			return true
		}
	}
	return false
}

// templateLike says whether a text begins with a bracketed marker of a chat template.
func templateLike(text string) bool {
	for _, m := range [...]string{"[INST]", "[/INST]", "[SYSTEM", "[AVAILABLE_TOOLS"} {
		if len(text) >= len(m) && strings.EqualFold(text[:len(m)], m) {
			return true
		}
	}
	return false
}

// replaceFold replaces an ASCII text, whatever its case.
func replaceFold(s, old, with string) string {
	lower := asciiLower(s)
	var b strings.Builder
	for {
		at := strings.Index(lower, old)
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		b.WriteString(with)
		s, lower = s[at+len(old):], lower[at+len(old):]
	}
}

// asciiLower lowers ASCII letters alone, so that offsets stay.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

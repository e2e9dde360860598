// Package focus picks the part of a schema that a question is about, for a prompt that cannot hold all of it.
//
// Tables are ranked by the built-in engine's index of the schema (names, stems, synonyms, comments, values found), each
// word of the question weighted by how few tables speak of it. A table is judged with the tables that it joins to, word by
// word, because a question is answered by tables that cover it together: the collective retrieval of CRUSH4SQL (Kothyari
// et al., EMNLP 2023, arXiv:2311.01173), with the schema's own join graph in the place of a model's guess. What joins the
// chosen tables is then added, and cards are written for all until the budget is spent. A schema that fits is given
// whole, which serves capable models best ("The Death of Schema Linking?", Maamari et al., 2024, arXiv:2408.07702).
//
// The same question about the same schema always gets the same part.
package focus

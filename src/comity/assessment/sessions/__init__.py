"""Blind sessions of experts: judge blind, seal, open question by question, see where the parties differ.

The kinds are in `comity.assessment.entries.sessions`, the rules in docs/spec/session.md. A session is two
rounds of IDEA (private, then revised after the discussion) or one of Cooke's protocol. What a party seals in
a round (`comity.node.control.rounds`) is its summary; there is no other mechanism that seals or opens.

What a page or a command asks (a `key` is the slug of a session, or its place as in `vn/hq/12`):

    queries.sessions(node) -> list[SessionView]      every session on record here
    queries.find(node, key) -> SessionView           .questions, .panel, .stages with phase and deadlines
    board.board(node, view) -> Board                 who has sealed, never what; the clock; whose turn it is
    opened.lines(node, view, stage)                  what each party opened, by question and party
    joint.results(node, view, stage)                 the joint layer, recomputed, beside what was recorded
    scores.scores(node, view, person)                proper scores of what was sealed before it resolved
    answers.calibration(node, key, stage, person)    scores on seeds: to their expert, and to the custodian
    audit.audit(node, view)                          both layers again, from what this node was granted
    answers.*                                        all of it as plain data, for the API and `--json`

What a page or a command does (each checked, refused with its reason, or appended to the own log):

    writing.start(node, given, author)               questions, session, rounds
    writing.panel(node, key, custodian, experts, author)
    experts.save(node, key, stage, expert, typed)    drafts, as one types; any text, nothing is refused
    experts.drafts(node, key, stage, expert)         what was saved
    experts.submit(node, key, stage, expert)         drafts become answers; refused ones stay drafts
    experts.given(node, key, person)                 single answers: to their expert, and to the custodian
    sealing.summarise(node, key, stage)              a preview: exactly what would be sealed
    sealing.seal(node, key, stage, author)           summarises, records, seals; asks for approvals
    sealing.open_next(node, key, stage, author)      the next question whose turn it is
    joint.record(node, key, stage, author)           joint results and, where the other's differ, mismatches
    writing.argue(node, key, given, author)          an argument, by question and tail
    writing.resolve(node, given, author)             how a question came out

Pure parts, which know no node: `checks` (what an answer must be; `checks.checked` for one value of a form),
`turns` (who opens first), `lines` (a summary as integers and decimal strings), `weights` (of the experts of
one party), `summing` (answers to lines), `joining` (lines to the joint layer).
"""

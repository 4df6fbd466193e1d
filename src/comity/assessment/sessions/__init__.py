"""Blind sessions of experts: judge blind, seal, open question by question, see where the parties differ.

The kinds are in `comity.assessment.entries.sessions`, the rules in docs/spec/session.md. A session is two
rounds of IDEA (private, then revised after the discussion) or one of Cooke's protocol. What a party seals in
a round (`comity.node.control.rounds`) is its summary; there is no other mechanism that seals or opens.

What a page or a command asks (a `key` is the slug of a session, or its place as in `vn/hq/12`):

    queries.sessions(node) -> list[SessionView]      every session whose questions are held here
    queries.find(node, key) -> SessionView           .questions, .panel, .stages with phase and clock
    board.board(node, found) -> Board                who has sealed, never what; whose turn it is to open
    opened.lines(node, found, stage)                 what each party opened, by question
    joint.results(node, found, stage)                the joint layer, recomputed, beside what was recorded
    scores.scores(node, found, person)               proper scores of what was sealed before it resolved
    audit.audit(node, found)                         both layers again, from what this node was granted
    answers.*                                        all of it as plain data, for the API and `--json`

What a page or a command does (each checked, refused with its reason, or appended to the own log):

    writing.start(node, given, author)               questions, session, rounds
    writing.panel(node, key, custodian, experts, author)
    experts.save(node, key, stage, expert, drafts)   a draft, as one types; any text, nothing is refused
    experts.drafts(node, key, stage, expert)         what was saved
    experts.submit(node, key, stage, expert)         the drafts become answers; refused ones stay drafts
    experts.given(node, key, person)                 single answers: to their expert, and to the custodian
    sealing.summarise(node, key, stage, person)      a preview: exactly what would be sealed
    sealing.seal(node, key, stage, author)           summarises, records, seals; asks for approvals
    sealing.open_next(node, key, stage, author, question="")   the next question whose turn it is
    joint.record(node, key, stage, author)           joint results and, where the other's differ, mismatches
    writing.argue(node, key, given, author)          an argument, by question and tail
    writing.resolve(node, given, author)             how a question came out

Pure parts, which know no node: `checks` (what an answer must be), `turns` (who opens first), `lines` (a
summary as integers and decimal strings), `weights` (of the experts of one party), `summing`, `joining`.
"""

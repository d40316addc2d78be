"""Wire types: what other people's services rely on. One file per noun; the schemas and reference pages come from here.

=============  ===============================================================
`door`         a record's bytes become a typed event, or a refusal with a reason
`mention`      in: one post, comment, review or article about a brand
`activity`     in: what the brand itself does or plans
`feedback`     in: what people decided or labelled
`fields`       in: the field map for topics that already exist
`crisis`       out: a transition of a crisis, and a brand's last one
`dead_letter`  out: a record that was not taken, and why
`envelope`     CloudEvents 1.0, in and out
`rules`        the rule of each field in words, for messages and pages
`schema`       JSON Schemas of all of them
=============  ===============================================================
"""

"""The year's analytical note, written from the published marts: one content, DOCX and HTML, three languages.

`marts` reads the rows, `note` makes the content of them (pure functions), `word_file` and `html_file` write it.
Here belong the note's content and form. A figure that the marts do not hold is calculated in a mart, not here.
"""

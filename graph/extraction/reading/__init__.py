"""Names that only a language model finds: a nickname, another language, another case. Off unless the settings name one.

What it says is believed where its words stand in the text and a record is called so, and even then it is a question to
a person. It is asked beside the log (`watch` -> queue -> `reader`), never while a transaction is open.
"""

"""Messages to people: whose turn it is, what came for them, what is due. None twice, none after the fact.

`telling` derives them from what stands in the ledger and in the deadlines, so that no step pays for them; `sending`
hands them to the channels; `models` keeps them: the inbox is the message, e-mail and SMS are copies of it.
"""

"""Is this somebody else's text, passed on?"""

import re

_COPY = re.compile(
    r"""[\s\u200e\u200f\u202a-\u202e]*(?:        # white space and what turns the writing direction
        (?:rt|mt)\b[\s:]*@                         # RT @user, rt: @user
      | ["'\u00ab\u2018-\u201f\u300c]+\s*@\w       # “ @user text ”
      | //\s*@                                     # //@user: text
      | \#?(?:repost|regram)(?:ed)?\b[^@\n]{0,12}@ # Reposted from @user
      | (?:转发|轉發)(?:微博|了|:|：|//|\s)
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_copy(text: str) -> bool:
    """Whether a text begins like a repost: `RT @user`, `“ @user`, `//@user`, `Reposted from @user`, `转发微博`."""
    first = text[:1]
    if first.isalnum() and first.isascii() and first not in "rRmM":
        return False
    return _COPY.match(text) is not None

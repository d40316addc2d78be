"""Is this somebody else's text, passed on?"""

import re
from string import ascii_letters, digits

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


_PLAIN = frozenset(ascii_letters + digits) - frozenset("rRmM")
"""No repost begins with these; most other texts do."""


def is_copy(text: str) -> bool:
    """Whether a text begins like a repost: `RT @user`, `“ @user`, `//@user`, `Reposted from @user`, `转发微博`."""
    return text[:1] not in _PLAIN and _COPY.match(text) is not None

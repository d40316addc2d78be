"""Is it somebody else's text?"""

import pytest

from detectors.text import is_copy


@pytest.mark.parametrize(
    "text",
    [
        "RT @acme: we are sorry",
        "rt @user facebook was down 20 minutes",
        "  rt : @user so true",
        "\u200fRT @user שלום",
        "MT @user shortened",
        "“ @user apple is being sued ”",
        '"@user: what a day"',
        "« @user : quoi",
        "//@用户:转发理由",
        "转发微博",
        "轉發了",
        "Reposted from @user",
        "#repost @user",
    ],
)
def test_reposts_begin_like_reposts(text):
    assert is_copy(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@user thanks",
        "rt",
        "start @user",
        "art @user",
        "“quoted words” said @user",
        "I will repost it",
        "转发这个消息给朋友",
        "via @user",
    ],
)
def test_other_texts_do_not(text):
    """A mention at the start is an answer, not a copy."""
    assert not is_copy(text)

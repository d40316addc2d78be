"""Words that hold a sentence together: they tell the language of a text, and they are not what it is about."""

from collections.abc import Mapping
from types import MappingProxyType

_LISTS = {
    "en": """the a an and or but if then than that this these those there here it its i i'm i've i'll you you're your
        yours he him his she her hers we we're our ours they them their theirs me my mine us who whom whose which what
        when where why how of to in on at by for from with without into onto over under about after before between
        through during against up down out off is are was were be been being am do does did done doing have has had
        having will would can could should may might must shall not no nor so too very just only also more most some
        any all both each few other such own same again once because while until as it's that's don't can't won't
        didn't doesn't isn't wasn't i'd he's she's there's let's get got""",
    "uk": """і й та а але або чи що як це цей ця ці той те ті такий така таке такі я ти він вона воно ми ви вони мене мені
        мною тебе тобі його йому її їй нас нам вас вам їх їм їхній мій моя моє мої моєму моїй моїм твій наш ваш свій своє свої своєму своїй себе собі
        хто кого кому який яка яке які де коли куди звідки чому скільки в у з із зі на до від для про при за над під
        через між без після перед по не ні ж же би б є був була було були буде будуть бути вже ще тут там тепер зараз
        так також тільки лише навіть дуже більш більше менше коли якщо бо щоб хоч адже тобто може можна треба немає нема
        весь все всі всіх цього цьому цим цих того тому тим тих тоді щось хтось шо шось ось ну ой просто лиш знов знову завжди ніколи зовсім наче мабуть
        взагалі один одна одне хочу буду маю має мають трохи трошки""",
    "ru": """и а но или что чтобы как это этот эта эти тот та те такой такая такие я ты он она оно мы вы они меня мне мной
        тебя тебе его ему её ее ей нас нам вас вам их им мой моя моё мое мои моем моему моей твой наш ваш свой своё свое свои своем своему своей себя себе
        кто кого кому который которая которое которые где когда куда откуда почему сколько в во у с со из на к ко до от
        для о об про при за над под через между без после перед по не ни же бы б ли есть был была было были будет будут
        быть уже ещё еще тут там здесь теперь сейчас так также тоже только лишь даже очень более больше меньше если
        потому хоть ведь может можно надо нет весь все всё всех этого этому этим этих того тому тем тех тогда что-то кто-то вот ну ой просто лишь опять снова всегда никогда совсем вообще один
        одна одно хочу буду сегодня немного конечно""",
    "pl": """i a ale albo lub czy że ze co jak to ten ta te ci tamten taki taka takie ja ty on ona ono my wy oni one mnie
        mi mną ciebie cię ci tobie jego jemu go mu jej ją nas nam was wam ich im mój moja moje twój nasz wasz swój swoje
        siebie sobie się sie kto kogo komu który która które gdzie kiedy skąd dlaczego ile w we z do od dla o po przy za
        nad pod przez między bez na u nie ni ani by jest są był była było były będzie będą być już juz jeszcze tu tutaj
        tam teraz tak także też tez tylko nawet bardzo bardziej więcej mniej jeśli jeżeli bo żeby choć więc może można
        trzeba jestem jesteś masz mam ma mają cały wszystko wszyscy tego temu tym tych tej coś ktoś nic nikt jaki jaka jakie wiem chcę chce mogę musi niech no pan pani panie
        proszę dobra dobrze zawsze nigdy znowu znów chyba właśnie naprawdę razem""",
    "he": """של את על אל עם אם או כי גם רק לא כן זה זאת זו אלה אלו הוא היא הם הן אני אתה אתם אנחנו אותו אותה אותם אותי
        אותך לי לך לו לה לנו לכם להם שלי שלך שלו שלה שלנו שלכם שלהם מי מה איך למה איפה מתי כמה אשר יש אין היה היתה הייתה
        היו יהיה להיות כבר עוד פה שם עכשיו אז כל כדי אבל אך בין אחרי לפני בלי ללא מאוד יותר פחות כמו הזה הזאת""",
    "zh": """今天 现在 現在 时候 時候 觉得 覺得 知道 因为 因為 所以 如果 可以 自己 真的 大家 已经 已經 一个 一個 一下 一直 应该 應該
        可能 然后 然後 以后 以後 以前 终于 終於 其实 其實 而且 或者 虽然 雖然 转发 轉發 微博 全文""",
    "es": "el la los las un una que de del en por con para pero como más muy es está este esta eso y su sus se lo al nos yo",
    "pt": "o os as um uma que de do da dos das em por com para mas como mais muito é está este isso não ao na no eu você",
    "fr": "le la les un une des du de et est que qui dans pour pas avec sur mais plus très je tu il elle nous vous ce cette au",
    "de": "der das dem den und ist nicht ein eine einen ich du er sie wir ihr mit auf für von zu aber auch sehr wie noch bei",
    "it": "il lo gli la le un una che di del della per con non ma come più molto è sono questo questa anche nel alla si io",
    "nl": "de het een en van ik je hij zij wij niet met voor op maar ook zeer naar bij dit dat deze zijn er aan nog",
    "tr": "ve bir bu şu için ile çok ama da ne ben sen biz değil var yok gibi daha kadar olarak mi mı",
    "cs": "a že je na se to jsem ale jak když nebo už jen také aby pro proto jsou byl byla které který není si při od",
    "bg": "че това ще са се със много както който която които не ли бил беше съм тези този няма само може след вече",
}

_CHATTER = "rt via amp http https www com gt lt nbsp".split()
"""Left-overs of copying and of markup, in no language."""

FUNCTION_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset(words.split()) for language, words in _LISTS.items()}
)

STOP_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: words.union(_CHATTER) for language, words in FUNCTION_WORDS.items()}
)
"""What a text is not about, by language: function words and left-overs."""

ANY_STOP_WORD = frozenset().union(*STOP_WORDS.values())
"""For a text whose language has no list."""

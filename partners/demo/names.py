"""Invented people, firms and foundations from several parts of the world."""

from dataclasses import dataclass
from random import Random

__all__ = ["CULTURES", "Culture", "company", "foundation", "made_up"]


@dataclass(frozen=True)
class Culture:
    """Where a partner is at home: its country, its language, the office that looks after it."""

    country: str
    region: str
    language: str
    office: str
    city: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _culture(place: str, women: str, men: str, families: str) -> Culture:
    country, region, language, office, city = place.split("|")
    names = (_words(text) for text in (women, men, families))
    return Culture(country, region, language, office, city, *names)


CULTURES = (
    _culture(
        "Kenya|East Africa|en|Nairobi|Kisumu",
        "Achieng Wanjiru Nyokabi Makena Chebet Atieno",
        "Otieno Kamau Kiprop Mutua Baraka Juma",
        "Wekesaro Ndunguri Cheruiyo Omondire Kimathe Barasawa",
    ),
    _culture(
        "Senegal|West Africa|fr|Dakar|Thies",
        "Aminata Fatou Khady Sokhna Ndeye Astou",
        "Ousmane Cheikh Modou Ibrahima Pape Lamine",
        "Ndiayene Fallou Sarrane Diopal Sowane Gueyem",
    ),
    _culture(
        "Switzerland|Europe|fr|Geneva|Lausanne",
        "Claire Élodie Mathilde Noémie Sandrine Véronique",
        "Laurent Thierry Bastien Olivier Rémy Cédric",
        "Favrelin Rochataz Perronet Jaquelin Bonvallat Chappelin",
    ),
    _culture(
        "Germany|Europe|en|Geneva|Bremen",
        "Annika Friederike Jule Katrin Svenja Ulrike",
        "Henning Jannis Lorenz Matthes Torben Volker",
        "Brandhorster Eickelmoor Lindtwede Osterkampe Rademoor Vossbrinck",
    ),
    _culture(
        "Colombia|Latin America|es|Panama|Medellín",
        "Catalina Luz Marisol Paola Ximena Yolanda",
        "Andrés Camilo Ernesto Hernán Julián Rodrigo",
        "Arboledano Castrillano Echavarral Ospinar Quinteral Restrepar",
    ),
    _culture(
        "Mexico|Latin America|es|Panama|Puebla",
        "Alejandra Citlali Guadalupe Itzel Rocío Teresa",
        "Emiliano Gerardo Joaquín Leonardo Octavio Saúl",
        "Barragano Cervantal Figueral Montelar Navarral Zamoran",
    ),
    _culture(
        "Thailand|Asia|en|Bangkok|Chiang Mai",
        "Anong Kanya Malee Pimchan Siriporn Wanida",
        "Anan Chai Kittisak Niran Somsak Thanawat",
        "Charoenwat Jaidee Phromsiri Rattanakul Sukprasert Wongchai",
    ),
    _culture(
        "India|Asia|en|Bangkok|Pune",
        "Asha Deepika Kavita Meenakshi Radhika Sunita",
        "Arvind Harish Karthik Nikhil Prakash Suresh",
        "Bhaskarane Deshmukhar Gopalane Kulkarnat Nairanat Varmani",
    ),
    _culture(
        "Côte d'Ivoire|West Africa|fr|Dakar|Bouaké",
        "Adjoua Akissi Aya Mariam Rokia Salimata",
        "Aboubacar Koffi Kouadio Moussa Seydou Yao",
        "Brouane Konanou Kouaméno Ouattarel Touréna Zadimo",
    ),
)

_FIRST = _words("Talo Miru Sanda Kavi Orun Beli Zenu Lumi Nari Pelo Tevi Hala Doru Ambi Cora Vesta")
_LAST = _words("vanta leko rimane donis wera quil mbara tori sanu lunet garan viste")
_SECTORS = (
    ("Banking", "Bank"),
    ("Communications", "Telecom"),
    ("Construction", "Build"),
    ("Retail", "Markets"),
    ("Technology", "Systems"),
    ("Transportation", "Logistics"),
)
_FORMS = {"en": "{} {} Ltd", "fr": "{} {} SA", "es": "{} {} S.A."}
_FOUNDATIONS = {
    "en": ("{} Foundation", "{} Diaspora Association"),
    "fr": ("Fondation {}", "Association {} solidaire"),
    "es": ("Fundación {}", "Asociación {} en el exterior"),
}


def made_up(random: Random) -> list[str]:
    """Return nearly two hundred different made-up words in random order."""
    words = [first + last for first in _FIRST for last in _LAST]
    random.shuffle(words)
    return words


def company(random: Random, word: str, language: str) -> tuple[str, str]:
    """Return a firm's name and its sector."""
    sector, work = random.choice(_SECTORS)
    return _FORMS[language].format(word, work), sector


def foundation(random: Random, word: str, language: str) -> str:
    """Return the name of a foundation or of a diaspora association."""
    return random.choice(_FOUNDATIONS[language]).format(word)

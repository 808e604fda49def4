"""The organisation that writes the demo's letters: invented, and used nowhere else."""

from lifecycle.drafting import House

__all__ = ["EXAMPLE_HOUSE"]

EXAMPLE_HOUSE = House(
    name="Example Relief Organization",
    signature_name="Amina Diallo",
    signature_title={
        "en": "Head of Partnerships",
        "fr": "Responsable des partenariats",
        "es": "Responsable de Alianzas",
        "ar": "رئيسة قسم الشراكات",
    },
    address="12 Harbour Street, 1201 Exampleville",
    email="partnerships@example.org",
    website="https://www.example.org",
    giving_url="https://www.example.org/give",
    unsubscribe_url="https://www.example.org/unsubscribe",
)

"""Who plays the stories: people, households, firms, foundations and family offices."""

from collections import Counter
from itertools import cycle
from random import Random

from partners.demo.names import CULTURES, Culture, company, foundation, made_up
from partners.demo.partner import Partner
from partners.demo.records import Record, Records, ref
from partners.demo.stories import STORIES, Story

__all__ = ["Cast"]


class Cast:
    """Finds somebody for each story and has it told."""

    def __init__(self, records: Records, random: Random) -> None:
        self.records = records
        self.random = random
        self.words = cycle(made_up(random))
        self.told: Counter[str] = Counter()

    def play(self, story: Story) -> None:
        """Add one more partner to whom the story happens."""
        turn = self.told[story.name] + STORIES.index(story)
        audience = story.audiences[turn % len(story.audiences)]
        self.told[story.name] += 1
        key = f"{story.name}_{self.told[story.name]}"
        culture = self.random.choice(CULTURES)
        # Every other wealthy family gives through an office of its own.
        is_person = audience == "public" or (audience == "hnwi" and self.told["hnwi"] % 2 == 0)
        self.told["hnwi"] += audience == "hnwi"
        partner = self._partner(story, key, audience, culture, is_person)
        story.tell(partner)

    def _partner(
        self, story: Story, key: str, audience: str, culture: Culture, is_person: bool
    ) -> Partner:
        person = self._person(key, culture)
        if is_person:
            account = self._household(key, person["LastName"], culture)
        else:
            account = self._organisation(key, audience, culture, person["LastName"])
        contact = None if story.alone else self._contact(key, person, culture)
        partner = Partner(
            self.records,
            key,
            audience,
            culture.office,
            culture.country,
            account,
            contact,
            is_person,
        )
        partner.record.update(self._standing(story, audience, culture))
        if contact and not is_person:
            self._affiliation(key, contact)
        return partner

    def _standing(self, story: Story, audience: str, culture: Culture) -> Record:
        fields: Record = {
            "Partner_Audience__c": audience,
            "Partner_Language__c": culture.language,
            "Partner_Office__c": culture.office,
            "Partner_Region__c": culture.region,
        }
        if audience == "hnwi":
            fields["Giving_Capacity__c"] = self.random.randint(12, 90) * 100_000
        if story.stage and story.since is not None:
            fields["Lifecycle_Stage__c"] = story.stage
            fields["Lifecycle_Since__c"] = self.records.day(-story.since)
        return fields

    def _person(self, key: str, culture: Culture) -> Record:
        is_woman = self.random.random() < 0.5
        first = self.random.choice(culture.women if is_woman else culture.men)
        family = self.random.choice(culture.families)
        return {
            "FirstName": first,
            "LastName": family,
            "Salutation": "Ms." if is_woman else "Mr.",
            "Email": f"{key}@partners.example",
        }

    def _household(self, key: str, family: str, culture: Culture) -> Record:
        return self.records.add(
            "Account",
            key,
            Name=f"{family} Household",
            npe01__SYSTEM_AccountType__c="Household Account",
            npe01__SYSTEMIsIndividual__c=True,
            OwnerId=ref("User", culture.office),
        )

    def _organisation(self, key: str, audience: str, culture: Culture, family: str) -> Record:
        name, sector, subtype = self._identity(audience, culture.language, family)
        return self.records.add(
            "Account",
            key,
            Name=name,
            Industry=sector,
            Partner_Subtype__c=subtype,
            BillingCity=culture.city,
            BillingCountry=culture.country,
            OwnerId=ref("User", culture.office),
        )

    def _identity(self, audience: str, language: str, family: str) -> tuple[str, str, str]:
        word = next(self.words)
        if audience == "corporation":
            return *company(self.random, word, language), "national firm"
        if audience == "foundation":
            return foundation(self.random, word, language), "Not For Profit", "foundation"
        return f"{family} {word} Family Office", "Finance", "family office"

    def _contact(self, key: str, person: Record, culture: Culture) -> Record:
        return self.records.add(
            "Contact",
            key,
            AccountId=ref("Account", key),
            Partner_Language__c=culture.language,
            MailingCity=culture.city,
            MailingCountry=culture.country,
            OwnerId=ref("User", culture.office),
            **person,
        )

    def _affiliation(self, key: str, contact: Record) -> None:
        role = self.random.choice(("Director", "Head of partnerships", "Secretary general"))
        contact["Title"] = role
        contact["npsp__Primary_Affiliation__c"] = ref("Account", key)
        self.records.add(
            "npe5__Affiliation__c",
            f"{key}_affiliation_1",
            npe5__Contact__c=ref("Contact", key),
            npe5__Organization__c=ref("Account", key),
            npe5__Role__c=role,
            npe5__Status__c="Current",
            npe5__Primary__c=True,
        )

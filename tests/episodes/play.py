"""One history, played by the job and by the slow model side by side, compared on every day."""

from collections import Counter
from datetime import timedelta

from histories import FIRST, days_played
from playing import Player, new_world
from slow_model import SlowModel

__all__ = ["Play"]


class Play:
    """A player, the model beside it, and the world that both see."""

    def __init__(self, store, rulebook):
        self.world = new_world()
        self.player, self.model = Player(store, rulebook), SlowModel(rulebook)
        self.player.lay_out()

    def years(self, history, renamed):
        """Play the days of a history; half-way some rules get new ids."""
        days = days_played(history)
        for number in days:
            if number == days[len(days) // 2]:
                self.rename(renamed)
            self.day(history, number)
        self.compare()

    def take_over(self, history, number):
        """Let everything up to a day have happened before the program came, and take it over."""
        day = FIRST + timedelta(days=number)
        views = {self._happen(each, day) for each in history.events if each.day <= number}
        for view in sorted(views - {None}):
            self.player.show(self.world, view)
        self.model.play(self.world, day, taking_over=True)
        assert self.player.take_over(day) == len(self.world["partner"])
        self.compare()

    def rename(self, rulebook):
        """Go on with a rulebook in which some rules have new ids."""
        self.player.rename(rulebook)
        self.model.rename(rulebook)

    def day(self, history, number):
        """Let the news of a day arrive, decide, be killed perhaps, and deliver or not."""
        day = FIRST + timedelta(days=number)
        views = {self._happen(event, day) for event in history.on(number)} - {None}
        for view in sorted(views):
            self.player.show(self.world, view)
        allowed = [rule.id for rule in self.model.book.rules if number in history.allowed]
        stopped = self.model.play(self.world, day, allowed)
        report = self.player.run(day, allowed, kill_at=history.killed.get(number, 0))
        assert [flood.rule for flood in report.stopped] == stopped, day
        stood, stands = self.player.stands(), self.model_stands()
        told = f"on {day}: stored {stood}, due {stands}"
        assert stood == stands, told
        if number not in history.late:
            self.player.deliver(self.world)
            self.model.delivered(self.world)

    def _happen(self, event, day):
        """Let an event change the world; return the view that shows it."""
        happens = {"merge": self._merge, "stage": self._stage, "release": self._release}
        if event.view in happens:
            return happens[event.view](self.model.living(event.id), event.row, day)
        rows, key, row = self.world[event.view], event.id, dict(event.row or {})
        if event.view == "partner" and key in self.model.into:
            return None
        if event.row is None:
            rows.pop(key, None)
            return event.view
        if "partner_id" in row:
            row["partner_id"] = self.model.living(row["partner_id"])
        known = rows.get(key, {}) if event.view == "partner" else {}
        rows[key] = {**known, **row, "id": key}
        return event.view

    def _merge(self, old, row, _day):
        new, partners = self.model.living(row["into"]), self.world["partner"]
        if old == new or not {old, new} <= partners.keys():
            return None
        if new in self.model.into.values() and new not in self.player.stands():
            return None  # of two taken in by somebody never met, either's standing would do
        # Rows that hang on the old record are shown under it until they change.
        del partners[old]
        for rows in self.world.values():
            for each in rows.values():
                if each.get("partner_id") == old:
                    each["partner_id"] = new
        self.player.merge(old, new)
        self.model.merge(old, new)
        return "partner"

    def _stage(self, partner, row, day):
        if partner in self.world["partner"]:
            told = {"crm_stage": row["stage"], "crm_stage_by": "Claire", "crm_stage_at": day}
            self.world["partner"][partner] |= told
        return "partner"

    def _release(self, partner, row, day):
        waiting = [
            each
            for each in self.model.letters
            if each["partner"] == partner and each["status"] == "drafted"
        ]
        for letter in waiting[row["which"] : row["which"] + 1]:
            self.player.release(self.model.key(letter), day)
            letter |= {"status": "released", "changed": day}

    def model_stands(self):
        """Return where the model has everybody, as the player says it of the store."""
        return {
            partner: (each.stage, each.since, each.visit, each.suspended, each.set_from)
            for partner, each in self.model.stands.items()
        }

    def compare(self):
        """Hold what was done against what should have been."""
        model = self.model
        letters = Counter((model.key(each), *_said(each)) for each in model.letters)
        _same("episodes", self.player.done(), Counter(model.episodes))
        _same("tasks", self.player.tasks(), Counter(model.tasks))
        _same("letters", self.player.letters(), letters)


def _said(letter):
    """Return how a letter stands; and if it may go or went out, to whom and with what words."""
    if letter["status"] not in ("drafted", "released"):
        return (letter["status"],)
    who, name, audience = letter["who"]
    return letter["status"], who, f"{audience}: {name}"


def _same(what, stored, due):
    told = f"{what}: stored and not due {dict(stored - due)}, missed {dict(due - stored)}"
    assert stored == due, told

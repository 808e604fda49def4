"""What should have happened: day by day, partner by partner, in plain Python, and kept in lists.

It shares the rules' own text with the library (as trees, read by the native reading), and nothing
else: facts are loops over rows, nothing is compared by hashes, nobody is left out as unchanged.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace

from naive_facts import facts_of, rows_of

from lifecycle.conditions import conjuncts, read_native

__all__ = ["SlowModel"]

KINDS = ("gift", "agreement", "obligation", "contact")
WAITS = ("drafted", "suppressed", "refused")


@dataclass
class Stands:
    """Where a partner stands; `held` is what a person, who set the stage, has seen there.

    `set_from` is the stage that the person set it from.
    """

    stage: str
    since: object
    visit: int
    suspended: bool
    seen: str | None
    held: object = None
    set_from: str | None = None


class SlowModel:
    """Plays days. `episodes`, `tasks` and `letters` say what was done, `stands` who is where."""

    def __init__(self, rulebook):
        self.book = rulebook
        self.stands = {}
        self.episodes, self.tasks, self.letters = [], [], []
        self.into = {}

    def play(self, world, day, allowed=(), *, taking_over=False):
        """Decide everybody on a day; return the ids of rules that were stopped."""
        rules = list(self.book.rules)
        parameters = self.book.on(day)
        self.holds = {rule.id: read_native(rule.when, parameters) for rule in rules}
        self.parts = {r.id: [read_native(n, parameters) for n in conjuncts(r.when)] for r in rules}
        walks = {p: self._walk(rules, world, p, day, taking_over) for p in sorted(world["partner"])}
        limited = {rule.id: rule.max_actions for rule in rules if rule.max_actions}
        due = [new for walk in walks.values() for new in self._due(walk)]
        stopped = [
            name
            for name, most in limited.items()
            if name not in allowed and sum(rule.id == name for rule, *_ in due) > most
        ]
        if stopped and not taking_over:
            rules = [rule for rule in rules if rule.id not in stopped]
            walks = {p: self._walk(rules, world, p, day, False) for p in walks}
        for partner, walk in walks.items():
            if not (taking_over and self.stands.get(partner)):
                self._act(partner, walk, day, stopped, taking_over)
        return stopped

    def merge(self, old, new):
        """Go on with `new` where `old` was: what was done for either is done."""
        self.into[old] = new
        if new not in self.stands and old in self.stands:
            self.stands[new] = replace(self.stands[old], held=None)
        self.stands.pop(old, None)
        for letter in self.letters:
            if letter["partner"] == old:
                letter |= {"partner": new, "subject": self.living(letter["subject"])}

    def delivered(self, world):
        """Note that the CRM shows what we decided: it is nobody's move."""
        for partner in self.stands.keys() & world["partner"]:
            self.stands[partner].seen = world["partner"][partner].get("crm_stage")

    def rename(self, rulebook):
        """Go on with a rulebook in which some rules have new ids."""
        self.book = rulebook
        for letter in self.letters:
            letter["rule"] = rulebook.renamed.get(letter["rule"], letter["rule"])

    # --- where a partner comes to rest ---

    def _walk(self, rules, world, partner, day, taking_over):
        letters = [each for each in self.letters if each["partner"] == partner]
        facts = facts_of(world, partner, day, letters)
        now, by_person, touched = self._begin(world["partner"][partner], day)
        walk = SimpleNamespace(facts=facts, acts={}, moves=[], by_person=by_person, spoke=set())
        walk.rows = {kind: rows_of(world, partner, kind, day) for kind in KINDS}
        still = by_person
        if now.held is not None and not by_person:
            then, notes, _ = self._stage(rules, walk, now, day)
            still = not touched and self._picture(rules, walk, then, notes, day) == now.held
        visited = {now.stage}
        while True:
            now, notes, spoken = self._stage(rules, walk, now, day)
            for rule, seen in spoken:
                self._note(walk, rule, seen)
            seen = self._seen(walk, now, notes, day)
            stays = still or taking_over or seen.get("note.out_of_policy")
            move = None if stays else self._move(rules, seen, visited)
            if move is None:
                break
            self._note(walk, move, seen)
            walk.moves.append(move.id)
            visited.add(move.then.move_to)
            now = replace(now, stage=move.then.move_to, since=day, visit=now.visit + 1)
            now = replace(now, set_from=None)
        for rule in rules:
            if rule.for_each is None and not rule.then.move_to and self._holds(rule, seen):
                self._note(walk, rule, seen)
            for row in walk.rows.get(rule.for_each, ()):
                if self._holds(rule, seen | row):
                    self._note(walk, rule, seen | row)
        picture = self._picture(rules, walk, now, notes, day) if still else None
        walk.now = replace(now, held=picture, seen=world["partner"][partner].get("crm_stage"))
        return walk

    def _begin(self, record, day):
        """Return where the partner stands before rules, and whether a person set the stage."""
        known, crm = self.stands.get(record["id"]), record.get("crm_stage")
        if known is None:
            since = record.get("crm_since") or record.get("crm_stage_at") or day
            return Stands(crm or "prospect", since, 0, False, None), False, False
        if crm and crm not in (known.stage, known.seen):
            since = record.get("crm_stage_at") or day
            moved = replace(known, stage=crm, since=since, visit=known.visit + 1)
            return replace(moved, set_from=known.stage), True, True
        return known, False, crm is None and known.seen is not None

    def _stage(self, rules, walk, now, day):
        """Draw conclusions until they say nothing new; return them with the suspension."""
        drawing = [rule for rule in rules if rule.then.set]
        held = [rule for rule in rules if rule.then.suspend or rule.then.resume]
        notes, suspended, spoken = {}, now.suspended, []
        for _ in range(len(drawing) + 2):
            seen = self._seen(walk, now, notes, day)
            asking = [rule for rule in held if self._holds(rule, seen)]
            resumed = any(rule.then.resume for rule in asking)
            suspended = any(r.then.suspend for r in asking) or (now.suspended and not resumed)
            spoken = [(rule, seen) for rule in asking] if suspended != now.suspended else []
            after = self._seen(walk, replace(now, suspended=suspended), notes, day)
            notes = {}
            for rule in drawing:
                if self._holds(rule, after):
                    notes = rule.then.set | notes
        return replace(now, suspended=suspended), notes, spoken

    def _seen(self, walk, now, notes, day):
        own = {"stage": now.stage, "since": now.since, "visit": now.visit}
        own |= {"suspended": now.suspended, "days_in_stage": (day - now.since).days}
        own |= {"set_from": now.set_from}
        return walk.facts | own | notes

    def _holds(self, rule, seen):
        return rule.applies_at(seen["stage"]) and bool(self.holds[rule.id](seen))

    def _move(self, rules, seen, visited):
        """Return the first rule that moves the partner to a stage it has not been to today."""
        for rule in rules:
            if rule.then.move_to and rule.then.move_to not in visited and self._holds(rule, seen):
                anchor = self._anchor(rule, seen)
                if anchor and not (rule.once_per and self._stands_done(rule, seen, anchor)):
                    return rule
        return None

    def _note(self, walk, rule, seen):
        walk.spoke.add(rule.id)
        anchor = self._anchor(rule, seen)
        if anchor is not None:
            walk.acts[rule.id, self._subject(rule, seen)] = (rule, seen, anchor)

    def _anchor(self, rule, seen):
        if rule.once_per is None:
            return f"visit {seen['visit']}"
        value = seen.get(rule.once_per)
        return None if value is None else str(value)

    def _subject(self, rule, seen):
        whose = seen["partner.id"]
        return {None: whose, "contact": f"{whose}/{seen.get('row.id')}"}.get(
            rule.for_each, seen.get("row.id")
        )

    def _picture(self, rules, walk, now, notes, day):
        """Return what a person who sets a stage sees there: what holds, and what is lacking."""
        seen = self._seen(walk, now, notes, day)
        told = [now.stage, now.suspended, now.visit]
        for rule in rules:
            if rule.for_each:
                held = [row for row in walk.rows[rule.for_each] if self._holds(rule, seen | row)]
                told += [(rule.id, r["row.id"], self._anchor(rule, seen | r)) for r in held]
            elif rule.then.move_to and rule.applies_at(now.stage):
                told += [(rule.id, bool(part(seen))) for part in self.parts[rule.id]]
            elif self._holds(rule, seen):
                told.append((rule.id, self._anchor(rule, seen) if rule.once_per else None))
        return told

    # --- what is done, once ---

    def living(self, subject):
        """Return a subject under the partner that it lives on as."""
        partner, slash, row = subject.partition("/")
        while partner in self.into:
            partner = self.into[partner]
        return partner + slash + row

    def key(self, letter):
        """Return what tells a letter from all others."""
        return tuple(letter[name] for name in ("rule", "subject", "anchor", "n"))

    def _past(self, rule, subject):
        """Return the anchors acted on, for the subject and each one that was merged into it."""
        names = {rule.id, *rule.aliases}
        found = defaultdict(list)
        for name, whose, anchor in self.episodes:
            if name in names and self.living(whose) == subject:
                found[whose].append(anchor)
        return list(found.values())

    def _stands_done(self, rule, seen, anchor):
        past = self._past(rule, self._subject(rule, seen))
        return any(anchors[-1] == anchor for anchors in past)

    def _due(self, walk):
        """Return what is to be done now: rules that act, on an anchor that is not done."""
        return [
            (rule, seen, anchor)
            for rule, seen, anchor in walk.acts.values()
            if not self._stands_done(rule, seen, anchor)
        ]

    def _act(self, partner, walk, day, stopped, taking_over):
        due = self._due(walk)
        self.stands[partner] = walk.now
        self._look_after(partner, walk, day, stopped)
        for rule, seen, anchor in due:
            subject = self._subject(rule, seen)
            n = 1 + sum(each.count(anchor) for each in self._past(rule, subject))
            self.episodes.append((rule.id, subject, anchor))
            if taking_over:
                continue
            if rule.then.task:
                on = day + timedelta(days=rule.then.task.due_in_days)
                self.tasks.append((partner, rule.then.task.subject, on.isoformat()))
            if rule.then.draft:
                key = {"rule": rule.id, "subject": subject, "anchor": anchor, "n": n}
                letter = {"partner": partner, **key, "to": rule.then.move_to, "changed": day}
                self.letters.append(letter | self._drawn(walk))

    def _drawn(self, walk):
        """Return what becomes of a letter today, and whom it goes to."""
        if any(self.book.by_id[name].then.suppress for name in walk.spoke):
            return {"status": "suppressed"}
        if walk.facts.get("contact.name") is None:
            return {"status": "refused"}
        who = tuple(walk.facts.get(name) for name in ("contact.id", "contact.name"))
        return {"status": "drafted", "who": (*who, walk.facts.get("partner.audience") or "any")}

    def _look_after(self, partner, walk, day, stopped):
        """Keep, withhold, withdraw or draw up again letters that nobody has released."""
        for letter in self.letters:
            waits = letter["status"] in WAITS and letter["rule"] not in stopped
            if letter["partner"] != partner or not waits:
                continue
            act = walk.acts.get((letter["rule"], letter["subject"]))
            led_here = letter["to"] == walk.now.stage and not walk.moves and not walk.by_person
            if not led_here and (act is None or act[2] != letter["anchor"]):
                drawn = {"status": "superseded"}
            else:
                drawn = self._drawn(walk)
            if drawn.items() - letter.items():
                letter |= {**drawn, "changed": day}

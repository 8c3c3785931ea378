"""The sections of the families of indicators, as sections.yml plans them."""

from orchestration.memo.catalogue import SectionPlan
from orchestration.memo.document import Block, Paragraph, Section
from orchestration.memo.indicator_tables import breakdown_table, main_table, plot, region_table
from orchestration.memo.sentences import explained, has_figure, largest_regions, verdicts, without_largest
from orchestration.memo.wording import Words


def summary_section(words: Words, plans: tuple[SectionPlan, ...]) -> Section:
    """The leads of all sections by the verdict on their change, and how the risk factors and the earlier memo stand."""
    leads = [metric for plan in plans for metric in plan.leads]
    register = "risk_summary"
    factors = words.say(
        "factor_counts",
        total=words.count(sum(row.factors for row in words.facts.summaries), register),
        alert=words.count(sum(row.factors_alert for row in words.facts.summaries), register),
        watch=words.count(sum(row.factors_watch for row in words.facts.summaries), register),
        normal=words.count(sum(row.factors_normal for row in words.facts.summaries), register),
        no_data=words.count(sum(row.factors_no_data for row in words.facts.summaries), register),
    )
    hanging = [block for metric in leads for block in without_largest(words, metric, only_turned=True)]
    blocks: list[Block] = [Paragraph(words.say("intro.summary")), *verdicts(words, leads), *hanging, Paragraph(factors)]
    return Section("summary", words.text("section.summary"), tuple(blocks))


def indicator_section(words: Words, plan: SectionPlan) -> Section:
    """What was counted, how it changed, what it is made of, and where."""
    title = words.text(f"section.{plan.key}")
    blocks: list[Block] = [Paragraph(words.say(f"intro.{plan.key}"))]
    blocks.append(main_table(words, plan.metrics, title))
    blocks.extend(verdicts(words, plan.metrics))
    for metric in plan.leads:
        if has_figure(words, metric):
            blocks.extend(largest_regions(words, metric))
            blocks.extend(without_largest(words, metric))
    for claim in plan.explained:
        blocks.extend(explained(words, claim))
    if plan.plot:
        blocks.extend(block for block in (plot(words, *plan.plot),) if block)
    blocks.extend(block for pair in plan.breakdowns for block in (breakdown_table(words, *pair),) if block)
    blocks.extend(block for metrics in plan.regions for block in (region_table(words, metrics),) if block)
    return Section(plan.key, title, tuple(blocks))

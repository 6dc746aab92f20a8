"""What a language has to say: one field for every sentence of the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bone_age.reading import Region

# The name of the software is the same in every language.
PRODUCT: Final = "boneage-dr"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wording:
    """Every sentence of the report in one language; braces are filled in by `reports`.

    `language` is what people ask for, `tag` its name after BCP 47 in the PDF. `phrases` are the
    sentences that other packages write into a result, English to this language (see
    `reports.phrasebook`); `terms` are words that stand in their blanks. The same object is the
    same language: it is never compared.
    """

    language: str
    tag: str
    phrases: Mapping[str, str]
    terms: Mapping[str, str]
    # What stands between two sentences, between the members of a list, and around a detail.
    between_sentences: str
    between_members: str
    between_parts: str
    detailed: str
    labelled: str

    # How a day is said, but for records, which keep the ISO date.
    date: str
    # How an age and a difference of ages are said.
    age_years_months: str
    age_months: str
    span_years: str
    span_months: str
    span_between: str
    span_none: str

    research: str
    title: str
    page: str
    footer: str
    simulated: str

    patient_id: str
    sex: str
    born: str
    age: str
    examined: str
    # Where the day was given and is not the day of the exposure.
    examined_as_given: str
    visit: str
    sexes: Mapping[str, str]
    exact_age: str
    running_head: str
    unknown: str
    # What a list or a text is in which nothing stands.
    nothing: str
    glyph_note: str

    # The reading
    bone_age: str
    no_bone_age: str
    why_refused: str
    no_reason: str
    what_now: str
    doubtful: str
    not_read_yet: str
    interval: str
    interval_label: str
    interval_label_plain: str
    interval_meaning: str
    no_interval: str
    months: str
    signed_months: str
    difference: str
    sds: str
    sds_value: str
    sds_brush: str
    sds_refused: str
    sds_refused_note: str
    method: str
    conventions: str
    one_convention: str
    by_months: str
    by_sds: str
    within_months: str
    within_sds: str
    advanced: str
    delayed: str
    crosses: str
    sds_formula: str
    not_recorded: str
    strip_age: str
    strip_bone_age: str

    # The reading, part by part
    by_region: str
    regions: Mapping[Region, str]
    regions_note: str
    regions_below: str
    regions_above: str
    details: str
    spread: str
    spread_value: str
    spread_note: str
    looked_at: str
    looked_at_caption: str
    looked_at_note: str
    looked_at_least: str
    looked_at_most: str
    looked_at_alt: str

    # The site's own calibration of the reading
    calibrated: str
    calibrated_beyond: str
    local_calibration: str
    calibration_site: str
    calibration_correction: str
    calibration_line: str
    calibration_fitted_to: str
    calibration_children: str
    calibration_mean_error: str
    calibration_error: str
    calibration_signed: str
    calibration_locked: str
    calibration_hash: str
    calibration_note: str

    # The picture
    picture_alt: str
    view: str
    as_ordered: str
    picture_note: str
    picture_note_right: str

    # Growth
    growth: str
    measures: Mapping[str, str]
    measures_inside: Mapping[str, str]
    units: Mapping[str, str]
    growth_headings: tuple[str, ...]
    reference_names: Mapping[str, str]
    not_measured: str
    score: str
    no_score: str
    no_growth: str
    references_note: str
    score_refused: str
    target: str
    target_tanner: str
    target_luo: str
    centimetres: str
    centimetres_range: str
    target_formulas: str
    luo_formulas: Mapping[str, str]
    tanner_signs: Mapping[str, str]
    parents: str
    chart_caption: str
    sexes_plural: Mapping[str, str]
    at_age: Mapping[str, str]
    at_bone_age: str
    at_bone_age_read_otherwise: str
    chart_x: str

    # Sign-off
    unsigned: str
    signature: str
    signature_date: str
    states: Mapping[str, str]
    report_name: str
    signed_headline: str
    amended_headline: str
    by: str
    signer_as_typed: str
    with_key: str
    reason: str
    changed: str
    more_changes: str
    change: str
    between_changes: str
    history: str
    history_headings: tuple[str, ...]
    events: Mapping[str, str]
    signed_copy: str
    history_key: str
    by_software: str
    changes_title: str
    changes_headings: tuple[str, ...]
    verify_note: str
    yes: str
    no: str
    changed_age: str
    # Fields of a result by their place in it, in the order in which a reader wants to know.
    changed_fields: Mapping[str, str]

    # Technique and dose
    exposures: str
    exposure_headings: tuple[str, ...]
    outcomes: Mapping[str, str]
    outcome_and_reason: str
    no_exposures: str
    total: str
    total_count_one: str
    total_count: str
    dose_note: str
    no_effective_dose: str
    effective_dose: str
    index: str

    expected_headings: tuple[str, ...]
    expected_of: str
    this_image: str
    noise: str
    noise_not_measured: str
    noise_not_promised: str
    no_preset: str
    noise_note: str

    # Findings, time line
    findings: str
    light: str
    light_colors: Mapping[str, str]
    light_note: str
    no_findings: str
    findings_note: str
    # Page one says so when advice was not followed, and when the side is in doubt.
    accepted_despite: str
    nobody: str
    read_despite: str
    not_reviewed: str
    side_in_doubt: str
    side_untold: str
    severities: Mapping[str, str]
    timeline: str
    timeline_in_zone: str
    started: str
    ended: str
    accepted_by: str
    seconds: str
    seconds_part: str
    seconds_names: tuple[tuple[str, str], ...]

    # Device and versions
    device: str
    device_labels: tuple[tuple[str, str], ...]
    software: str
    software_value: str
    model: str
    model_value: str
    model_hash: str
    package_hash: str
    model_release: str
    model_releases: Mapping[str, str]

    # Limits
    limits: str
    limit_sentences: tuple[str, ...]

    # Adult height
    adult_height: str
    adult_height_headings: tuple[str, ...]
    height_refused: str
    height_method_group: str
    maturity_groups: Mapping[str, str]
    no_height_interval: str
    # By what moves a prediction: the interval of a reading, or the scatter of ratings.
    bone_age_parts: Mapping[str, str]
    height_formula: str

    # A scoring sheet
    scoring: str
    scoring_points: str
    scoring_age: str
    scoring_no_age: str
    scoring_doubtful: str
    scoring_stages: str
    scoring_stage: str
    bones: Mapping[str, str]

    # Charts
    chart_titles: Mapping[str, str]
    chart_not_measured: Mapping[str, str]
    chart_velocity_unit: str
    chart_velocity_note: str
    chart_centile: str
    chart_bars: str
    chart_corrected: str
    # Where the lines of a reference step.
    chart_standing_step: str
    chart_who_step: str
    chart_band: str
    chart_equal: str
    chart_read: str
    chart_read_otherwise: str
    read_otherwise: str
    read_untold: str
    velocity_too_soon: str
    chart_spans_note: str
    chart_bone_age_note: str
    at_age_not_corrected: str
    velocity_needs_two: str
    # Charts in one sentence, for whoever cannot see them.
    alt_chart: str
    alt_between: str
    alt_at_age: str
    alt_at_age_read_otherwise: str
    alt_figure: str
    alt_adult: str
    alt_velocity: str

    # The course, what was entered, the next visit
    velocity: str
    velocity_value: str
    velocity_error: str
    sds_change: str
    sds_change_value: str
    sds_change_error: str
    bone_age_progress: str
    progress_value: str
    progress_range: str
    progress_exceeds: str
    progress_within: str
    progress_measured_on: str
    progress_unlike: str
    visits: str
    visit_headings: tuple[str, ...]
    facts: str
    gestation: str
    gestation_value: str
    tanner_stage: str
    menarche: str
    menarche_at: str
    menarche_reached: str
    menarche_not_yet: str
    treatment: str
    position: str
    positions: Mapping[str, str]
    entered: str
    entered_fact: str
    next_visit: str
    quality: str
    quality_findings: str
    quality_count: str
    course_behind: str
    how_made: str

    # Titles of pages, and their entries in the outline
    physician_title: str
    charts_title: str
    technical_title: str
    family_title: str

    # The dose beside what nature gives
    effective_dose_compared: str
    background_about: str
    background_below_minute: str
    background_minute: str
    background_minutes: str
    background_hours: str
    background_days: str

    # For the family
    parents_done: str
    parents_picture: str
    parents_pictures: str
    parents_program: str
    parents_what: str
    parents_what_sentences: tuple[str, ...]
    # Ages in full words, for people who do not write them every day.
    parents_year: str
    parents_years: str
    parents_month: str
    parents_months: str
    parents_years_and: str
    parents_found: str
    parents_age: str
    parents_not_read: str
    parents_bone_age: str
    parents_bone_age_between: str
    parents_doubts: str
    parents_not_reviewed: str
    parents_born_early: str
    parents_sizes: Mapping[str, str]
    # Of which children the charts are, in plain words, by the reference.
    parents_charts: Mapping[str, str]
    parents_among: Mapping[str, str]
    parents_fewest: Mapping[str, str]
    parents_most: Mapping[str, str]
    parents_dose: str
    parents_no_dose: str
    parents_dose_compared: str
    parents_dose_estimate: str
    parents_next: str
    parents_decides: str
    parents_unsigned: str
    parents_signed: str
    parents_amended: str
    parents_next_visit: str
    parents_not_a_diagnosis: str
    parents_ask: str
    parents_ask_sentences: tuple[str, ...]
    parents_notes: str

    def term(self, english: str) -> str:
        """Return a word that other packages print, such as the name of a growth reference."""
        return self.terms.get(english, english)

    @property
    def long_labels(self) -> tuple[str, ...]:
        """Return the labels of what needs a whole line: hashes."""
        return (self.model_hash, self.package_hash)

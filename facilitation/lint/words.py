"""The linter's vocabulary: which verbs describe work, help, change or standing still, and which nouns are measures.

Lists hold base forms; `inflect` adds the rest. They are deliberately ordinary business English: a rule should recognise a
sentence it has never seen by what kind of words it is made of.
"""

from __future__ import annotations

import re

from facilitation.lint.inflect import lookup, past_forms, words_in

# Work that produces a thing or an event. Done when it is done, whether or not anything changes for anybody.
OUTPUT_VERBS = words_in(
    """
    launch relaunch ship release deploy implement install publish migrate integrate write rewrite develop design redesign
    hire recruit train retrain conduct run hold organise organize host complete finish finalise finalize introduce establish
    create build rebuild deliver prepare draft document schedule update upgrade refactor revamp overhaul configure define
    present film translate localise localize automate digitise digitize standardise standardize consolidate restructure
    reorganise reorganize renegotiate negotiate purchase buy procure select choose pilot prototype execute perform undertake
    initiate open move transition switch replace decommission sunset retire merge fix patch code program post send email
    visit attend join interview survey submit file repackage package sample rebrand advertise distribute print arrange
    appoint assign propose validate formalise formalize map collect gather compile populate socialise socialize announce
    educate teach revise adopt agree approve author add call produce record plan test stage trial modernise modernize
    outsource onboard set start begin kick roll carry draw put stand spin formulate craft construct assemble ratify enact
    contact
    instrument containerise containerize dockerize provision mandate commission fund sponsor
    communicate inform read celebrate brief nominate invite circulate broadcast tweet blog
    demo showcase exhibit redo codify catalog catalogue index archive import export connect wire embed
    meet talk speak reach sign clean clear hand
    """
)
# Of these, only together with their particle (or another sign) are they work.
PHRASAL: dict[str, tuple[str, ...]] = {
    "set": ("up", "out"),
    "roll": ("out",),
    "kick": ("off",),
    "carry": ("out",),
    "draw": ("up",),
    "put": ("together", "in", "up"),
    "stand": ("up",),
    "spin": ("up", "off"),
    "hand": ("over",),
    "clean": ("up",),
    "clear": ("out",),
    "sign": ("off", "the", "all", "an"),
    "reach": ("out",),
    "talk": ("to", "with"),
    "speak": ("to", "with", "at"),
    "meet": ("with",),
}
OUTPUT_WITH_OTHERS = words_in(
    "build create deliver develop establish provide design define introduce produce add start open"
)
# Work done together with or for others, or thinking work: no result of its own.
STUDY_VERBS = words_in(
    """
    analyse analyze assess evaluate investigate explore research study examine review audit identify prioritise prioritize
    understand discuss consult participate coordinate collaborate align advise brainstorm consider determine observe
    benchmark liaise contribute look work manage oversee administer strategize strategise inspect experiment monitor track
    measure define familiarise familiarize ideate diagnose
    """
)
HELP_VERBS = words_in(
    "help support assist encourage promote advocate guide mentor coach empower facilitate foster enable aid"
)
CHANGE_UP = words_in("increase raise grow lift boost expand double triple quadruple scale climb rise gain")
CHANGE_DOWN = words_in(
    "reduce lower cut decrease shrink shorten drop minimise minimize halve slash trim curb fall decline lessen"
)
CHANGE_NEUTRAL = words_in(
    """
    improve enhance move shift bring take get drive push achieve reach hit attain exceed surpass secure win accelerate speed
    optimise optimize strengthen generate earn convert retain upsell close obtain acquire eliminate limit cap turn resolve
    beat top deepen extend maximise maximize restore recover
    """
)
CHANGE_VERBS = CHANGE_UP | CHANGE_DOWN | CHANGE_NEUTRAL
STATUS_QUO = words_in("maintain continue keep preserve sustain remain stay uphold")
ROUTINE_VERBS = words_in(
    """
    answer respond reply handle process update report send hold review complete maintain monitor check follow attend post
    publish perform run conduct meet close resolve submit prepare pay file back deliver provide keep clean document log
    write undertake contribute support
    """
)
# "Deliver 95 % of orders on time": a level of service, not a piece of work.
SERVICE_VERBS = words_in(
    "deliver ship resolve respond answer reply process fulfil fulfill close complete handle pay"
)
ACQUIRE_VERBS = words_in("add build create deliver develop open start sign produce onboard record establish")
GENERIC_VERBS = words_in(
    """
    reduce lower cut decrease minimise minimize save ensure
    improve increase grow enhance boost optimise optimize drive leverage strengthen be become make do better expand raise
    accelerate maximise maximize foster promote achieve get advance elevate
    """
)

ACTIVITY_NOUNS = words_in(
    """
    call calls demo demos post posts article articles blog blogs blogpost blogposts interview interviews meeting meetings
    workshop workshops webinar webinars event events training trainings experiment experiments campaign campaigns email
    emails mailing mailings newsletter newsletters video videos podcast podcasts episode episodes presentation presentations
    talk talks report reports survey surveys feature features release releases sprint sprints prototype prototypes mockup
    mockups mock-ups wireframe wireframes guideline guidelines policy policies initiative initiatives project projects task
    tasks milestone milestones deliverable deliverables 1:1s one-on-ones retrospective retrospectives retro retros audit
    audits course courses hire hires conference conferences meetup meetups hackathon hackathons roadshow roadshows ads
    tutorial tutorials guide guides whitepaper whitepapers ebook ebooks playbook playbooks template templates dashboard
    dashboards benchmark benchmarks proposal proposals measures actions programs programmes process processes procedures
    documents contents assets brochure brochures banner banners landing-pages case-studies hypotheses storyboards personas
    seminar seminars class classes brainstorm brainstorms huddle huddles townhall townhalls stand-ups standups check-ins
    outreach outreaches cold-calls messages responses questionnaires groups tutorials screens components sessions
    pages page studies study tests test drills trials tickets bugs stories storypoints points reviews trips visits
    """
)
# Words above that mean work only in company: the word before decides.
ACTIVITY_IN_COMPANY = {
    "sessions": words_in(
        "training coaching planning brainstorm brainstorming testing research discovery feedback onboarding "
        "mentoring usability design strategy listening working learning user-testing q&a"
    ),
    "reviews": words_in(
        "code architecture design performance security peer business quarterly process call sprint"
    ),
    "page": words_in("landing web"),
    "pages": words_in("landing web product sales content help"),
    "study": words_in("case user"),
    "studies": words_in("case user"),
    "test": words_in("a/b ab split user usability penetration load"),
    "tests": words_in("a/b ab split user usability penetration load a/b-tests unit"),
    "trials": words_in("field"),
    "points": words_in("story"),
    "stories": words_in("user customer success"),
    "visits": words_in("customer client site store field branch plant"),
    "process": words_in("new"),
    "documents": words_in("policy process"),
    "components": words_in("new ui design reusable"),
    "responses": words_in("survey"),
    "groups": words_in("focus linkedin facebook"),
}
# Verbs that make any counted thing an activity: "talk to 5 customers".
CONTACT_VERBS = words_in(
    "interview talk speak meet call visit survey email attend join contact train coach mentor hire recruit post tweet"
)
VANITY_NOUNS = words_in(
    """
    views view pageviews pageview page-views impressions impression followers follower likes downloads download installs
    registrations retweets hits fans shares
    """
)
RATE_NOUNS = words_in("rate rates ratio conversion share percentage cost frequency satisfaction rating")
METRIC_NOUNS = words_in(
    """
    rate rates ratio ratios share percentage percent score scores index nps enps csat ces sus revenue revenues turnover arr
    mrr arpu arpa ltv clv cac gmv aov roi roas margin margins profit profits ebitda cost costs spend expenses expense price
    time times duration latency turnaround speed throughput velocity frequency uptime availability downtime mttr mttd
    incident incidents outage outages defect defects error errors complaint complaints ticket tickets churn retention
    attrition conversion conversions activation adoption engagement usage satisfaction productivity utilisation utilization
    accuracy completion coverage growth renewal renewals referral referrals pipeline wins deals bookings booking order orders
    sales customers customer users user subscribers subscriber visits visitors traffic leads mqls sqls sign-ups signups
    members hours stickiness dau mau wau load abandonment bounce rating ratings stars inventory stockouts returns refunds
    refund dso yield waste scrap emissions absenteeism vacancies backlog lead cycle payback variance findings
    vulnerabilities attempts accidents injuries admissions readmissions waiting attendance graduation clients accounts
    teams drivers riders donors donations volunteers patients students tenants contracts subscriptions opportunities
    response participation
    merchants sellers buyers listings transactions payments volume value quality reviews recommendation loyalty nrr grr
    """
)
OUTCOME_COUNT_NOUNS = words_in(
    """
    customers customer users user subscribers leads lead deals deal orders mqls sqls opportunities pipeline accounts clients
    members renewals referrals bookings contracts subscriptions sign-ups signups merchants sellers buyers transactions
    donors volunteers teams references
    """
)
DELIVERABLES = words_in(
    """
    app apps application applications portal website websites site system systems platform feature features tool tools
    process processes procedure procedures dashboard dashboards program programs programme programmes report reports policy
    policies framework frameworks crm erp pipeline database databases api apis page pages module modules integration
    integrations documentation document documents plan plans strategy campaign campaigns roadmap workflow workflows version
    mvp prototype survey training trainings workshop workshops event events course courses infrastructure architecture
    guideline guidelines warehouse chatbot webshop
    handbook playbook package packages template templates library repository standard standards
    committee team department function office store role budget model service-level v2 v3
    """
)
GENERIC_NOUNS = words_in(
    """
    quality performance communication communications collaboration efficiency productivity innovation innovations innovative
    synergy synergies product products business brand revenue revenues sales customer customers client clients employee
    employees team teams service services support engagement satisfaction experience experiences process processes growth
    culture excellence overall internal operational operations results result profit profits profitability marketing user
    users code things everything work company organisation organization success value effectiveness alignment transparency
    agility delivery faster better more bigger stronger progress stuff leadership impact digital presence awareness market
    people technical team's visibility morale happy happiness great best mrr arr nps csat kpis metrics ebitda churn
    retention conversion adoption usage traffic cost costs spending expenses waste agile efficient effective productive
    professional innovation digital data-driven customer-centric customer-focused customer-oriented user-centric number one
    world class world-class
    """
)
BENEFICIARIES = words_in(
    """
    customers customer users user clients client people teams team shoppers shopper patients patient students student
    employees employee colleagues members member buyers sellers merchants partners founders developers engineers visitors
    families guests riders drivers donors communities community citizens businesses companies leaders newcomers hires
    subscribers readers viewers players parents clinics schools everyone everybody anyone nobody us we our
    """
)
INTENSIFIERS = re.compile(
    r"\b(?:significant(?:ly)?|substantial(?:ly)?|dramatic(?:ally)?|great(?:ly)?|considerabl[ey]|drastic(?:ally)?"
    r"|massive(?:ly)?"
    r"|much|a lot|lots of|more|better|faster|quicker|fewer|less|higher|lower|easier|smoother|stronger|cheaper"
    r"|bigger|happier"
    r"|many|several|various|numerous|as (?:soon|much|many|fast) as possible|excellent|good|world[- ]class"
    r"|optimal|best"
    r"|noticeabl[ey]|visibl[ey]|strong(?:ly)?|high|low|minimal|reasonabl[ey]|sufficient(?:ly)?|adequate(?:ly)?"
    r"|healthy)\b",
    re.IGNORECASE,
)
EVALUATIVE = words_in(
    """
    world-class best amazing awesome outstanding exceptional stellar remarkable delightful great excellent effortless
    seamless beloved unbeatable leading trusted irresistible memorable lightning-fast game-changing next-generation
    culture generation experience reputation
    """
)
REGULATED = re.compile(
    r"\b(?:audits?|findings?|regulat\w+|complian\w+|statutory|legal|certif\w+|iso|soc ?2|gdpr|hipaa|pci|sox)\b",
    re.IGNORECASE,
)
TEAMS = re.compile(
    r"\b(?:teams?|squads?|tribes?|departments?|depts?|groups?|division|units?|everyone|everybody|all|staff"
    r"|committees?|board"
    r"|office|guild|chapter|crew)\b"
    r"|^(?:the )?(?:sales|marketing|product|engineering|support|finance|hr|it|operations|ops|legal|growth|design"
    r"|customer"
    r" success|cs|success|people|data|research|r&d|security|qa|dev|development|management|leadership|it ops"
    r"|devops|business"
    r" development|procurement|logistics|content|tbd|n/?a|tba|we|us|company|nobody|none)$",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"\s(?:and|&|\+|or|und)\s|[,;/]")

# Verbs of work that are nouns as well, so that they may begin the name of a measure ("support tickets", "build time").
ALSO_NOUNS = words_in(
    """
    support help release review test design report call email demo plan research study audit monitor track process record
    survey interview post schedule sample host update upgrade film blog launch start draft document benchmark experiment
    work guide aid coach mentor run hold move switch patch code program index import export commission fund sponsor
    broadcast build install deploy ship open train measure map archive prototype pilot print place name sign clean reach
    purchase offer approach rebuild contact showcase
    """
)
WORK_NOUNS = words_in(
    """
    rollout roll-out implementation introduction development creation completion migration redesign relaunch establishment
    deployment integration publication organisation organization preparation construction installation kickoff kick-off
    setup set-up go-live finalisation finalization automation definition documentation launch release rebuild refactoring
    """
)
LIGHT_FORMS = lookup(["do", "make", "have", "try", "get", "give", "take", "hold", "provide"])
GIVING_FORMS = lookup(["provide", "offer", "give"])
LIGHT_OBJECTS = words_in(
    "plan list strategy feedback decision look review concept analysis inventory backlog roadmap overview"
)

OUTPUT_FORMS = lookup(OUTPUT_VERBS)
STUDY_FORMS = lookup(STUDY_VERBS)
HELP_FORMS = lookup(HELP_VERBS)
CHANGE_FORMS = lookup(CHANGE_VERBS)
UP_FORMS = lookup(CHANGE_UP)
DOWN_FORMS = lookup(CHANGE_DOWN)
STATUS_QUO_FORMS = lookup(STATUS_QUO)
ROUTINE_FORMS = lookup(ROUTINE_VERBS)
GENERIC_FORMS = lookup(GENERIC_VERBS)
CONTACT_FORMS = lookup(CONTACT_VERBS)
DONE_FORMS: frozenset[str] = frozenset(
    form
    for verb in OUTPUT_VERBS
    - {
        "move",
        "start",
        "begin",
        "add",
        "open",
        "run",
        "hold",
        "call",
        "record",
        "set",
        "test",
        "put",
        "roll",
        "reach",
        "place",
        "agree",
        "stand",
        "join",
        "meet",
        "onboard",
        "switch",
        "name",
    }
    for form in past_forms(verb)
) | {
    "done",
    "live",
    "certified",
    "operational",
    "compliant",
    "reviewed",
    "coached",
    "trained",
    "informed",
    "decided",
    "ready",
}

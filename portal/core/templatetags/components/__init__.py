"""The site's components as template tags: ``{% load components %}``.

Each tag renders a template of ``portal/templates/components/`` with the class names of the
style sheets; ``/styleguide/`` shows every one in its states. No tag reads the database and
none decides what a user may see: views hand over plain values.

Attributes: tags that take ``**attrs`` turn ``data_rows=3`` into ``data-rows="3"``,
``aria_label="…"`` into ``aria-label="…"``; ``True`` gives a bare attribute, ``False`` or
``None`` gives none.

Tone is one word everywhere: ``""`` (active blue), ``warn`` (needs you), ``bad`` (error,
revoked), ``good`` (done, valid), ``mute`` (over, without result), ``todo`` (not begun).

Frame       brand, main_nav, work_nav, user_menu, language_switch, message_list, script_words,
            site_foot, breadcrumb, pagehead, section_head, panel…endpanel, tabs, query
Actions     icon, button, button_link, search_form, dialog…enddialog, toast
Forms       field, fieldset…endfieldset, error_summary, saved_indicator, score_scale,
            autosave_attrs, time_zone_hint
Marks       notice…endnotice, tag, pill, scan_note, evidence, avatar, delta, deltas, due,
            progress, meter
Data        table…endtable, sort_head, cell_bar, cell_interval, empty_state…endempty_state,
            skeleton, pagination, facts, kv, chart…endchart, units
Lists       stepper, timeline, case_card, facet_list, file_list, checks, task_list, queue,
            news_list, open_list
"""

from portal.core.templatetags.components import actions as actions
from portal.core.templatetags.components import data as data
from portal.core.templatetags.components import frame as frame
from portal.core.templatetags.components import inputs as inputs
from portal.core.templatetags.components import lists as lists
from portal.core.templatetags.components import marks as marks
from portal.core.templatetags.components.registry import register as register

// A new workshop's time zone is where this browser is: the dates in its calendar file stand at the right hour without a thought.
"use strict";
(() => {
  const field = document.querySelector("select[name=time_zone]");
  let here = "";
  try {
    here = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch { /* an old browser: it stays what it is */ }
  if (!field || !here.includes("/")) return;
  if (![...field.options].some((option) => option.value === here)) field.add(new Option(here.replaceAll("_", " "), here));
  field.value = here;
  const said = document.querySelector("[data-zone]");
  if (said) said.textContent = here;
})();

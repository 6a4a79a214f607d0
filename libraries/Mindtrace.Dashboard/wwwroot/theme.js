// Before anything is drawn: the theme that was chosen in this browser, if one was.
const chosen = localStorage.getItem('mindtrace-theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;

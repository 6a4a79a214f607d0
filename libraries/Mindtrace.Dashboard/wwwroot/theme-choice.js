const key = 'mindtrace-theme';

export const read = () => localStorage.getItem(key);

export function write(theme) {
  localStorage.setItem(key, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

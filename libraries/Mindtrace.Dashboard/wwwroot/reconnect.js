// A manager that was started again does not know this page: it is loaded anew.
const modal = document.getElementById('components-reconnect-modal');
modal.addEventListener('components-reconnect-state-changed', ({ detail: { state } }) => {
  if (state === 'show') modal.showModal();
  else if (state === 'hide') modal.close();
  else if (state === 'rejected') location.reload();
});

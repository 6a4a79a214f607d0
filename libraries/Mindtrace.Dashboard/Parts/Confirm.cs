using Microsoft.FluentUI.AspNetCore.Components;

namespace Mindtrace.Dashboard.Parts;

/// <summary>Asks before something is done that cannot be undone.</summary>
internal static class Confirm
{
    /// <param name="dialogs">Shows the question.</param>
    /// <param name="title">The question.</param>
    /// <param name="text">What would happen.</param>
    /// <param name="yes">What the button says that does it.</param>
    /// <returns>Whether it is to be done.</returns>
    public static async Task<bool> AskAsync(this IDialogService dialogs, string title, string text, string yes)
    {
        var dialog = await dialogs.ShowConfirmationAsync(text, yes, "Keep it as it is", title);
        return !(await dialog.Result).Cancelled;
    }
}

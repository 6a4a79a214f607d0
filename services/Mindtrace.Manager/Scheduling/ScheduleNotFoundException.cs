using Mindtrace.Jobs;

namespace Mindtrace.Manager.Scheduling;

/// <summary>A schedule was named that there is not.</summary>
internal sealed class ScheduleNotFoundException(ScheduleName name) : Exception($"There is no schedule '{name}'. list_schedules names all.");

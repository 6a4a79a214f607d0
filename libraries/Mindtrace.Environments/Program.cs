using Mindtrace.Environments;

return GitCommand.Run(args);

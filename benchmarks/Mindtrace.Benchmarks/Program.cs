using Mindtrace.Benchmarks;

return await BenchmarkCommand.RunAsync(args);

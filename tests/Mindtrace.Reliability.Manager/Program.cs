using System.Diagnostics;
using System.Reflection;
using Mindtrace.Reliability.Manager;

// The manager as it is, but for what stands between it and the servers: that kills it where a job asks for it.
using var hosting = DiagnosticListener.AllListeners.Subscribe(new HostBuildingListener(services => services.AddWitnesses()));
Assembly.Load("Mindtrace.Manager").EntryPoint!.Invoke(null, [args]);

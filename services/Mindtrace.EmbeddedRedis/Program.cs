using Garnet.common;
using Microsoft.Extensions.Options;
using Mindtrace.EmbeddedRedis;

// Settings come from beside the program, not from whatever folder it was started in.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddOptions<EmbeddedRedisOptions>()
    .BindConfiguration(EmbeddedRedisOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddHostedService<EmbeddedRedisService>();

try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception fault) when (fault is OptionsValidationException or DirectoryInUseException or DataNotRecoveredException or GarnetException)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}

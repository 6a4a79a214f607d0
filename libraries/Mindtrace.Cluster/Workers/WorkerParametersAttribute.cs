using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Cluster;

/// <summary>Declares which parameters a worker class takes. See <see cref="WorkerParametersAttribute{TParameters}"/>.</summary>
public abstract class WorkerParametersAttribute : Attribute
{
    private protected WorkerParametersAttribute()
    {
    }

    internal abstract void Register(IServiceCollection services);
}

/// <summary>Declares that a worker class takes the properties of a class as its parameters.</summary>
/// <remarks>
/// The parameters of the worker type, or of the section <see cref="WorkerParameters.SectionName"/>, are read into the class before the
/// worker starts: <c>max_size</c> into <c>MaxSize</c>, lists and objects into lists and objects. The worker's constructor takes the class
/// itself. A parameter that the class does not have, a value of another type and a broken rule of
/// <see cref="System.ComponentModel.DataAnnotations"/> keep the worker from starting. A class without this attribute takes none.
/// </remarks>
/// <typeparam name="TParameters">The parameters, each a public property with a setter; what is not given keeps its initial value.</typeparam>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WorkerParametersAttribute<TParameters> : WorkerParametersAttribute
    where TParameters : class, new()
{
    internal override void Register(IServiceCollection services)
    {
        services.AddOptions<TParameters>()
            .Configure<IConfiguration>((parameters, configuration) =>
                ParameterBinder.Bind(parameters, configuration.GetSection(WorkerParameters.SectionName)))
            .ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<TParameters>>().Value);
    }
}

using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace Mindtrace.Services;

/// <summary>Maps operations to handlers. Each becomes <c>POST /{name}</c>, an entry of the OpenAPI document, and a tool where admitted.</summary>
/// <remarks>
/// A handler takes the request (unless the operation has none), then up to two services, which are resolved per call, then
/// the token that is cancelled when the caller goes away. Mapping a name twice, or a service that is not registered,
/// throws <see cref="InvalidOperationException"/> at start.
/// </remarks>
public sealed partial class OperationGroup
{
    private static readonly int[] ProblemsOfAny = [401, 403, 429, 500, 503];
    private static readonly int[] ProblemsWithInput = [400, 413, 415, 422];

    private readonly IEndpointRouteBuilder _endpoints;
    private readonly OperationCatalog _catalog;
    private readonly ServiceIdentity _identity;
    private readonly ServiceOptions _options;
    private readonly IServiceProviderIsService _registrations;
    private readonly McpOptions _mcp;
    private readonly McpServerPrimitiveCollection<McpServerTool> _tools;
    private readonly ExceptionProblems _problems;
    private readonly AuditLog _audit;
    private readonly LocalOperations _local;

    internal OperationGroup(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        _endpoints = endpoints;
        _catalog = services.GetRequiredService<OperationCatalog>();
        _identity = services.GetRequiredService<ServiceIdentity>();
        _options = services.GetRequiredService<IOptions<ServiceOptions>>().Value;
        _registrations = services.GetRequiredService<IServiceProviderIsService>();
        _mcp = services.GetRequiredService<IOptions<McpOptions>>().Value;
        _tools = services.GetRequiredService<McpServerPrimitiveCollection<McpServerTool>>();
        _problems = services.GetRequiredService<ExceptionProblems>();
        _audit = services.GetRequiredService<AuditLog>();
        _local = services.GetRequiredService<LocalOperations>();
    }

    /// <summary>Maps an operation to a handler that needs no service.</summary>
    public void Map<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation, Func<TRequest, CancellationToken, Task<TResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Map(operation, handler.Method, (request, _, cancellationToken) => handler(request, cancellationToken));
    }

    /// <summary>Maps an operation to a handler over one service.</summary>
    public void Map<TRequest, TResponse, TService>(
        Operation<TRequest, TResponse> operation, Func<TRequest, TService, CancellationToken, Task<TResponse>> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService>(operation);
        Map(operation, handler.Method, (request, services, cancellationToken) =>
            handler(request, services.GetRequiredService<TService>(), cancellationToken));
    }

    /// <summary>Maps an operation to a handler over two services.</summary>
    public void Map<TRequest, TResponse, TService1, TService2>(
        Operation<TRequest, TResponse> operation,
        Func<TRequest, TService1, TService2, CancellationToken, Task<TResponse>> handler)
        where TService1 : notnull
        where TService2 : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService1>(operation);
        Require<TService2>(operation);
        Map(operation, handler.Method, (request, services, cancellationToken) => handler(
            request, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), cancellationToken));
    }

    /// <summary>Maps an operation without output to a handler over one service.</summary>
    public void Map<TRequest, TService>(
        Operation<TRequest, Unit> operation, Func<TRequest, TService, CancellationToken, Task> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService>(operation);
        Map(operation, handler.Method, async (request, services, cancellationToken) =>
        {
            await handler(request, services.GetRequiredService<TService>(), cancellationToken);
            return default;
        });
    }

    /// <summary>Maps an operation without output to a handler over two services.</summary>
    public void Map<TRequest, TService1, TService2>(
        Operation<TRequest, Unit> operation, Func<TRequest, TService1, TService2, CancellationToken, Task> handler)
        where TService1 : notnull
        where TService2 : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService1>(operation);
        Require<TService2>(operation);
        Map(operation, handler.Method, async (request, services, cancellationToken) =>
        {
            await handler(
                request, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), cancellationToken);
            return default;
        });
    }

    /// <summary>Maps an operation without input to a handler that needs no service.</summary>
    public void Map<TResponse>(Operation<Unit, TResponse> operation, Func<CancellationToken, Task<TResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Map(operation, handler.Method, (_, _, cancellationToken) => handler(cancellationToken));
    }

    /// <summary>Maps an operation without input to a handler over one service.</summary>
    public void Map<TResponse, TService>(
        Operation<Unit, TResponse> operation, Func<TService, CancellationToken, Task<TResponse>> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService>(operation);
        Map(operation, handler.Method, (_, services, cancellationToken) =>
            handler(services.GetRequiredService<TService>(), cancellationToken));
    }

    /// <summary>Maps an operation without input to a handler over two services.</summary>
    public void Map<TResponse, TService1, TService2>(
        Operation<Unit, TResponse> operation, Func<TService1, TService2, CancellationToken, Task<TResponse>> handler)
        where TService1 : notnull
        where TService2 : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService1>(operation);
        Require<TService2>(operation);
        Map(operation, handler.Method, (_, services, cancellationToken) => handler(
            services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), cancellationToken));
    }

    /// <summary>Maps an operation without input and output to a handler over one service.</summary>
    public void Map<TService>(Operation<Unit, Unit> operation, Func<TService, CancellationToken, Task> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        Require<TService>(operation);
        Map(operation, handler.Method, async (_, services, cancellationToken) =>
        {
            await handler(services.GetRequiredService<TService>(), cancellationToken);
            return default;
        });
    }

    /// <summary>Maps an operation whose answer is not JSON; the delegate writes it.</summary>
    internal void MapRaw(Operation operation, RequestDelegate answer)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _catalog.Add(operation);
        var builder = _endpoints.MapPost("/" + operation.Name, answer);
        builder.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK));
        Describe(builder, operation, answer.Method);
    }

    private void Map<TRequest, TResponse>(
        Operation<TRequest, TResponse> operation,
        MethodInfo method,
        Func<TRequest, IServiceProvider, CancellationToken, Task<TResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _catalog.Add(operation);
        var endpoint = new OperationEndpoint<TRequest, TResponse>(operation, handler, _options);
        var builder = _endpoints.MapPost("/" + operation.Name, endpoint.AnswerAsync);
        if (operation.RequestType != typeof(Unit))
        {
            builder.WithMetadata(new AcceptsMetadata(JsonMediaType.Accepted, operation.RequestType));
            DescribeProblems(builder, ProblemsWithInput);
        }

        builder.WithMetadata(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, operation.ResponseType, [JsonMediaType.Json]));
        Describe(builder, operation, method);
        _local.Add(operation, handler, _options);
        if (_mcp.Offers(operation))
        {
            _tools.Add(new OperationTool<TRequest, TResponse>(operation, handler, _options, _problems, _audit));
        }
    }

    private void Describe(IEndpointConventionBuilder builder, Operation operation, MethodInfo method)
    {
        // The method is what makes the API explorer, and so the OpenAPI document, list an endpoint that binds by itself.
        builder.WithMetadata(method, operation);
        builder.WithName(operation.Name).WithTags(_identity.ClassName);
        builder.RequireAuthorization(policy => policy.RequireRole(operation.Role.ToString()));
        if (operation.Description is not null)
        {
            builder.WithDescription(operation.Description);
        }

        DescribeProblems(builder, ProblemsOfAny);
    }

    private static void DescribeProblems(IEndpointConventionBuilder builder, int[] statuses)
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [JsonMediaType.Problem]));
        }
    }

    private void Require<TService>(Operation operation)
    {
        if (!_registrations.IsService(typeof(TService)))
        {
            throw new InvalidOperationException(
                $"The operation '{operation.Name}' needs {typeof(TService)}, which is not registered with the service's container.");
        }
    }
}

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Mindtrace.Cluster;
using Mindtrace.Dashboard;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using Yarp.ReverseProxy.Forwarder;

namespace Mindtrace.Manager.Gateway;

/// <summary>Forwards requests below the name of an app to that app, and its answers back, both as they come.</summary>
/// <remarks>The app is looked up anew for each request: a round trip to the store, and no manager ever follows a place that is out of date.</remarks>
internal sealed partial class AppForwarder(
    RedisAppDirectory apps, OperationCatalog operations, AppTransport transport, IHttpForwarder forwarder, IOptions<GatewayOptions> options,
    ILogger<AppForwarder> logger)
{
    /// <summary>The route value that holds the app's name.</summary>
    public const string NameValue = "app";

    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = options.Value.Timeout };

    public async Task ForwardAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue(NameValue)!;
        context.Request.Path.StartsWithSegments("/" + name, out var rest);
        if (!AppName.TryParse(name, out var app) || await apps.FindAsync(app.Value, context.RequestAborted) is not { } url)
        {
            Refuse(context, name, rest);
            return;
        }

        LiftLimits(context);
        context.Request.PathBase += "/" + name;
        context.Request.Path = rest;
        await forwarder.SendAsync(context, url.AbsoluteUri, transport.Invoker, _config, AppTransformer.Instance);
        if (context.GetForwarderErrorFeature() is { } fault && !context.RequestAborted.IsCancellationRequested)
        {
            Report(fault, context.Response, app, url);
        }
    }

    /// <summary>Answers for an app that did not. What fails later can only be cut off.</summary>
    private void Report(IForwarderErrorFeature fault, HttpResponse response, AppName app, Uri url)
    {
        if (response.HasStarted)
        {
            LogCutOff(app, url, fault.Error, fault.Exception?.Message);
            return;
        }

        switch (response.StatusCode)
        {
            case StatusCodes.Status504GatewayTimeout:
                throw new AppTimeoutException(app, url, options.Value.Timeout);
            case >= StatusCodes.Status500InternalServerError:
                throw new AppUnreachableException(app, url, fault.Exception);
        }
    }

    /// <summary>Answers what leads to no app. Every path that no operation takes comes here, also that of an operation called by another method.</summary>
    private void Refuse(HttpContext context, string name, PathString rest)
    {
        var isOperation = operations.Operations.Any(operation => operation.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (!isOperation || rest.HasValue)
        {
            throw new AppNotFoundException(name);
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            // The operation takes no body of this media type, or the request would have gone to it.
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        context.Response.Headers.Allow = HttpMethods.Post;
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
    }

    /// <summary>Leaves to the app how large or slow bodies may be; the timeout still ends what does not move at all.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } sending)
        {
            sending.MinDataRate = null;
        }

        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } receiving)
        {
            receiving.MinDataRate = null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "An answer of the app {App} at {Url} was cut off, {Error}: {Reason}")]
    private partial void LogCutOff(AppName app, Uri url, ForwarderError error, string? reason);

    private sealed class AppTransformer : HttpTransformer
    {
        public static readonly AppTransformer Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await Default.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

            // The key opens the whole cluster; an app is not to have it.
            proxyRequest.Headers.Authorization = null;
            DropSession(proxyRequest);
            if (AsSent(httpContext) is { } target)
            {
                proxyRequest.RequestUri = new Uri(destinationPrefix.TrimEnd('/') + target);
            }
        }

        public override ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is not null && httpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                // An empty 404 of the app stays empty.
                pages.Enabled = false;
            }

            return Default.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }

        /// <summary>Takes out the cookies of the cluster page: whoever has them is signed in there.</summary>
        private static void DropSession(HttpRequestMessage request)
        {
            if (request.Headers.TryGetValues(HeaderNames.Cookie, out var sent))
            {
                var kept = sent.SelectMany(cookies => cookies.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    .Where(cookie => !cookie.StartsWith(DashboardExtensions.CookiePrefix, StringComparison.Ordinal)).ToList();
                request.Headers.Remove(HeaderNames.Cookie);
                if (kept.Count > 0)
                {
                    request.Headers.TryAddWithoutValidation(HeaderNames.Cookie, string.Join("; ", kept));
                }
            }
        }

        /// <summary>Finds path and query below the app's name as they were sent: once decoded, an encoded slash cannot be told from other text.</summary>
        /// <returns><see langword="null"/> when the decoded path is to be taken, because the server tidied up dots in it, or will do so at the app.</returns>
        private static string? AsSent(HttpContext context)
        {
            var sent = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var app = context.Request.PathBase.Value + "/";
            if (!sent.StartsWith(app, StringComparison.Ordinal))
            {
                return null;
            }

            var target = sent[(app.Length - 1)..];
            return Uri.UnescapeDataString(target.Split('?')[0]).Split('/', '\\').Any(segment => segment is "." or "..") ? null : target;
        }
    }
}

extern alias node;

using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ParameterSettings = node::Mindtrace.Node.Programs.ParameterSettings;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>Parameters from the JSON of a worker type to the class that a worker takes them as.</summary>
public sealed class ParameterBinderTests
{
    public enum Speed
    {
        Slow,
        Fast,
    }

    [Fact]
    public void Bind_ValuesOfEveryShape_ReachTheirProperties()
    {
        var parameters = Bind(
            """
            {"model_name": "größe \"x\"", "max_size": 7, "threshold": 0.25, "enabled": true, "timeout": "00:00:05", "speed": "fast", "optional": null,
             "labels": ["a", "b"], "limits": {"max_size": 3}, "by_name": {"first_one": 1, "second": 2}, "steps": [{"max_size": 1}, {"max_size": 2}]}
            """);

        Assert.Equal(
            ("größe \"x\"", 7, 0.25, true, TimeSpan.FromSeconds(5), Speed.Fast, 9),
            (parameters.ModelName, parameters.MaxSize, parameters.Threshold, parameters.Enabled, parameters.Timeout, parameters.Speed, parameters.Optional));
        Assert.Equal(["a", "b"], parameters.Labels);
        Assert.Equal(3, parameters.Limits.MaxSize);
        Assert.Equal([1, 2], parameters.Steps.Select(step => step.MaxSize));
        Assert.Equal((1, 2), (parameters.ByName["first_one"], parameters.ByName["second"]));
    }

    [Fact]
    public void Bind_Nothing_KeepsTheDefaults() => Assert.Equal(1, Bind("{}").MaxSize);

    [Theory]
    [InlineData("""{"sizes": 1}""", "Parameter 'sizes' is unknown: there is model_name, max_size,")]
    [InlineData("""{"limits": {"size": 1}}""", "Parameter 'limits.size' is unknown: there is max_size.")]
    [InlineData("""{"steps": [{}, {"max_size": 1}, {"size": 1}]}""", "Parameter 'steps.2.size' is unknown: there is max_size.")]
    [InlineData("""{"max_size": "secret"}""", "Parameter 'max_size' must be a whole number.")]
    [InlineData("""{"max_size": 1.5}""", "Parameter 'max_size' must be a whole number.")]
    [InlineData("""{"max_size": {"a": 1}}""", "Parameter 'max_size' must be a whole number.")]
    [InlineData("""{"enabled": "secret"}""", "Parameter 'enabled' must be true or false.")]
    [InlineData("""{"speed": "secret"}""", "Parameter 'speed' must be one of Slow, Fast.")]
    [InlineData("""{"limits": 1}""", "Parameter 'limits' must be an object with max_size.")]
    [InlineData("""{"labels": "secret"}""", "Parameter 'labels' must be a list or an object.")]
    [InlineData("""{"by_name": {"a": "secret"}}""", "Parameter 'by_name.a' must be a whole number.")]
    [InlineData("""{"max_size": 101}""", "Parameter 'max_size': The field MaxSize must be between 1 and 100.")]
    public void Bind_WhatDoesNotFit_IsNamedWithoutItsValue(string json, string fault)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Bind(json));

        Assert.StartsWith(fault, Assert.Single(refusal.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_SeveralFaults_AreAllNamed() =>
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(() => Bind("""{"max_size": "x", "sizes": 1}""")).Failures.Count());

    private static Parameters Bind(string json)
    {
        var settings = JsonElement.Parse(json).EnumerateObject()
            .SelectMany(parameter => ParameterSettings.Flatten($"Worker:Parameters:{parameter.Name}", parameter.Value))
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        var parameters = new Parameters();
        ParameterBinder.Bind(
            parameters, new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(WorkerParameters.SectionName));
        return parameters;
    }

    private sealed class Parameters
    {
        public string ModelName { get; set; } = "";

        [Range(1, 100)]
        public int MaxSize { get; set; } = 1;

        public double Threshold { get; set; }

        public bool Enabled { get; set; }

        public TimeSpan Timeout { get; set; }

        public Speed Speed { get; set; }

        public int? Optional { get; set; } = 9;

        public IList<string> Labels { get; } = [];

        public Limits Limits { get; set; } = new();

        public Dictionary<string, int> ByName { get; } = [];

        public Limits[] Steps { get; set; } = [];
    }

    private sealed class Limits
    {
        public int MaxSize { get; set; }
    }
}

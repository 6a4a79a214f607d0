using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mindtrace.Cluster;

/// <summary>Reads settings into the parameters of a worker, and names each that is unknown, of the wrong type, or against a rule.</summary>
/// <remarks>Values are not repeated in messages: a parameter may be a secret.</remarks>
internal sealed class ParameterBinder
{
    private readonly Dictionary<string, string?> _settings = [];
    private readonly List<string> _faults = [];

    private ParameterBinder()
    {
    }

    /// <exception cref="OptionsValidationException">The settings do not fit.</exception>
    public static void Bind(object parameters, IConfigurationSection section)
    {
        var binder = new ParameterBinder();
        binder.ReadObject(section, parameters.GetType(), path: "", key: "");
        if (binder._faults.Count == 0)
        {
            new ConfigurationBuilder().AddInMemoryCollection(binder._settings).Build().Bind(parameters);
            binder.CheckRules(parameters);
        }

        if (binder._faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, parameters.GetType(), binder._faults);
        }
    }

    /// <summary>Copies settings under the keys that the platform's binder knows.</summary>
    private void Read(IConfigurationSection from, Type type, string path, string key)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ItemTypeOf(type) is { } item)
        {
            if (from.Value is { Length: > 0 })
            {
                _faults.Add($"Parameter '{path}' must be a list or an object.");
            }

            foreach (var child in from.GetChildren())
            {
                Read(child, item, $"{path}.{child.Key}", $"{key}:{child.Key}");
            }
        }
        else if (TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
        {
            ReadValue(from, type, path, key);
        }
        else if (from.Value is { Length: > 0 })
        {
            _faults.Add($"Parameter '{path}' must be an object with {ListNames(type)}.");
        }
        else
        {
            ReadObject(from, type, path + ".", key + ":");
        }
    }

    private void ReadObject(IConfigurationSection from, Type type, string path, string key)
    {
        foreach (var child in from.GetChildren())
        {
            var property = Array.Find(PropertiesOf(type), property =>
                child.Key.Equals(WireName(property), StringComparison.OrdinalIgnoreCase)
                || child.Key.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                var known = PropertiesOf(type).Length == 0 ? "this worker takes no parameters" : $"there is {ListNames(type)}";
                _faults.Add($"Parameter '{path}{child.Key}' is unknown: {known}.");
            }
            else
            {
                Read(child, property.PropertyType, path + WireName(property), key + property.Name);
            }
        }
    }

    private void ReadValue(IConfigurationSection from, Type type, string path, string key)
    {
        try
        {
            if (!from.GetChildren().Any())
            {
                _ = from.Get(type);
                _settings[key] = from.Value;
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // Neither is it a value of this type.
        }

        _faults.Add($"Parameter '{path}' must be {Describe(type)}.");
    }

    private void CheckRules(object parameters)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(parameters, new ValidationContext(parameters), results, validateAllProperties: true);
        _faults.AddRange(results.Select(result =>
        {
            var names = string.Join(", ", result.MemberNames.Select(name => $"'{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}'"));
            return names.Length == 0 ? $"Parameters: {result.ErrorMessage}" : $"Parameter {names}: {result.ErrorMessage}";
        }));
    }

    private static PropertyInfo[] PropertiesOf(Type type) =>
    [
        .. type.GetProperties()
            .Where(property => property.SetMethod is { IsPublic: true } || ItemTypeOf(property.PropertyType) is not null),
    ];

    private static string WireName(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private static string ListNames(Type type) => string.Join(", ", PropertiesOf(type).Select(WireName));

    /// <summary>Gets the type of what a list or a dictionary holds.</summary>
    private static Type? ItemTypeOf(Type type)
    {
        if (type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)))
        {
            return null;
        }

        var sequence = type.GetInterfaces().Append(type)
            .FirstOrDefault(it => it.IsGenericType && it.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        var item = sequence?.GetGenericArguments()[0];
        return item is { IsGenericType: true } && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? item.GetGenericArguments()[1]
            : item;
    }

    private static string Describe(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte) => "a whole number",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type == typeof(string) => "a text",
        _ when type == typeof(TimeSpan) => "a duration such as 00:00:05",
        _ => $"a {type.Name}",
    };
}
